// Converts folders of source into the Metadata API's format, and the first of them back again, with Salesforce's own
// library (the one inside the Salesforce CLI). Reads {folders: [...], back: folder or null, output} on standard input;
// writes {problems: [{folder, text}], seconds} to standard output.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(new URL("../sf/package.json", import.meta.url));
const { ComponentSet, MetadataConverter } = require("@salesforce/source-deploy-retrieve");

const asked = JSON.parse(readFileSync(0, "utf8"));
const problems = [];
for (const [index, folder] of asked.folders.entries()) {
  try {
    const components = ComponentSet.fromSource(folder);
    if (components.size === 0) {
      problems.push({ folder, text: "no component was found in these files" });
      continue;
    }
    const target = { type: "directory", outputDirectory: join(asked.output, String(index)), genUniqueDir: false };
    await new MetadataConverter().convert(components, "metadata", target);
  } catch (error) {
    problems.push({ folder, text: `${error.name}: ${error.message}` });
  }
}
if (asked.back) {
  const components = ComponentSet.fromSource(join(asked.output, "0"));
  // The way back asks for a project around its target.
  mkdirSync(join(asked.back, "force-app"), { recursive: true });
  writeFileSync(
    join(asked.back, "sfdx-project.json"),
    JSON.stringify({ packageDirectories: [{ path: "force-app", default: true }] }),
  );
  const target = { type: "directory", outputDirectory: join(asked.back, "force-app"), genUniqueDir: false };
  await new MetadataConverter().convert(components, "source", target);
}
process.stdout.write(JSON.stringify({ problems }));
