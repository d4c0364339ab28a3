import * as fs from "node:fs";
import * as path from "node:path";
import { formatted } from "../generated-block";
import { documents } from "./documents";

/** Writes the dashboards and monitors in docs/datadog. */
async function main(): Promise<void> {
  const folder = path.join(__dirname, "..", "..", "docs", "datadog");
  for (const [name, document] of Object.entries(documents()))
    fs.writeFileSync(
      path.join(folder, name),
      await formatted(JSON.stringify(document, undefined, 2), "json"),
    );
}

if (require.main === module) void main();
