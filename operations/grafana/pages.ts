import * as path from "node:path";
import { writeDocuments } from "../generated-block";
import { examples } from "./examples";

/** Writes the dashboards in docs/grafana. */
async function main(): Promise<void> {
  const dashboards = await examples(path.join(__dirname, "..", ".."));
  await writeDocuments(
    "grafana",
    Object.fromEntries(Object.entries(dashboards).map(([name, one]) => [`${name}.json`, one])),
  );
}

if (require.main === module) void main();
