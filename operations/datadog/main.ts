import * as fs from "node:fs";
import * as path from "node:path";
import { documents } from "./documents";

/** Writes the dashboards and monitors in docs/datadog. */
function main(): void {
  const folder = path.join(__dirname, "..", "..", "docs", "datadog");
  for (const [name, document] of Object.entries(documents()))
    fs.writeFileSync(path.join(folder, name), `${JSON.stringify(document, undefined, 2)}\n`);
}

if (require.main === module) main();
