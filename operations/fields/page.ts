import * as fs from "node:fs";
import * as path from "node:path";
import { format } from "prettier";
import { definition } from "../../reading/fields";
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
    (whole, [name, block]) => withBlock(whole, name, block),
    text,
  );
  return format(replaced, {
    ...(JSON.parse(fs.readFileSync(path.join(project, ".prettierrc.json"), "utf8")) as object),
    parser: "markdown",
  });
}

function withBlock(text: string, name: string, block: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`docs/adapting.md has no block ${begin} … ${end}: put the two comments back.`);
  return `${text.slice(0, from)}${begin}\n\n${block}\n\n${text.slice(to)}`;
}
