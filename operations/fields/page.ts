import * as fs from "node:fs";
import * as path from "node:path";
import { definition } from "../../reading/fields";
import { formatted, withBlock } from "../generated-block";
import { columnTable, fieldTable } from "./table";

const project = path.join(__dirname, "../..");

/** The page about adapting the fields, with blocks that derive from the sources, each between two comments. */
export const page = path.join(project, "docs/adapting.md");

/** The page with its blocks as the sources have them now. */
export async function renewed(text: string): Promise<string> {
  const example = fs.readFileSync(path.join(project, "examples/vehicle/fields.ts"), "utf8");
  const blocks = {
    fields: fieldTable(definition),
    columns: columnTable(definition),
    vehicle: `\`\`\`ts\n${example}\`\`\``,
  };
  const replaced = Object.entries(blocks).reduce(
    (whole, [name, block]) => withBlock("docs/adapting.md", whole, name, block),
    text,
  );
  return formatted(replaced);
}
