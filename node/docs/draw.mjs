// Draws diagrams: {name: source in Graphviz's language} on standard input, {name: SVG} on standard output.
import { readFileSync } from "node:fs";
import { instance } from "@viz-js/viz";

const asked = JSON.parse(readFileSync(0, "utf8"));
const viz = await instance();
const drawn = {};
for (const [name, source] of Object.entries(asked)) {
  drawn[name] = viz.renderString(source, { format: "svg" });
}
process.stdout.write(JSON.stringify(drawn));
