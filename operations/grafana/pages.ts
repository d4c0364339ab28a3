import * as fs from "node:fs";
import * as path from "node:path";
import { formatted } from "../generated-block";
import { examples } from "./examples";

/** Writes the dashboards in docs/grafana. */
async function main(): Promise<void> {
  const directory = path.join(__dirname, "..", "..");
  for (const [name, document] of Object.entries(await examples(directory)))
    fs.writeFileSync(
      path.join(directory, "docs", "grafana", `${name}.json`),
      await formatted(JSON.stringify(document, undefined, 2), "json"),
    );
}

if (require.main === module) void main();
