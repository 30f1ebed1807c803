// Validates one AsyncAPI document: node validate.mjs <path>. Ends with 1 when it has errors.
import { readFileSync } from "node:fs";
import { DiagnosticSeverity, Parser } from "@asyncapi/parser/cjs/index.js";

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error("usage: node validate.mjs <path of an AsyncAPI document>");
  process.exit(2);
}

const { document, diagnostics } = await new Parser().parse(readFileSync(path, "utf8"));
const errors = diagnostics.filter(({ severity }) => severity === DiagnosticSeverity.Error);
for (const { message, path: place, range } of errors) {
  console.error(`${path}:${range.start.line + 1}: ${place.join(".")}: ${message}`);
}
if (errors.length > 0 || document === undefined) {
  process.exit(1);
}
console.log(`${path}: a valid AsyncAPI ${document.version()} document`);
