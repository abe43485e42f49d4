// Reads a JSON list of Flow files on standard input; writes a JSON list of {path, rule, text, line} to standard
// output. All rules of Flow scanner, whatever their severity.
import { readFileSync } from "node:fs";
import core from "@flow-scanner/lightning-flow-scanner-core";

const paths = JSON.parse(readFileSync(0, "utf8"));
const parsed = await core.parse(paths);
const found = [];
for (const flow of parsed) {
  if (flow.errorMessage) {
    found.push({ path: flow.uri, rule: "parse", text: String(flow.errorMessage), line: 0 });
  }
}
for (const result of core.scan(parsed.filter((flow) => flow.flow))) {
  for (const rule of result.ruleResults.filter((each) => each.occurs)) {
    for (const violation of rule.details.length ? rule.details : [{ name: "" }]) {
      found.push({ path: result.flow.fsPath ?? result.flow.uri, rule: rule.ruleName, text: violation.name ?? "", line: violation.lineNumber ?? 0 });
    }
  }
}
process.stdout.write(JSON.stringify(found));
