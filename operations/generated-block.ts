import * as fs from "node:fs";
import * as path from "node:path";
import { format } from "prettier";

const project = path.join(__dirname, "..");

/** Replaces what is between the comments `<!-- name: begin -->` and `<!-- name: end -->` of a page. */
export function withBlock(page: string, text: string, name: string, block: string): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from)
    throw new Error(`${page} has no block ${begin} … ${end}: put the two comments back.`);
  return `${text.slice(0, from)}${begin}\n\n${block}\n\n${text.slice(to)}`;
}

/** Formats a generated file, a page unless it says otherwise, as `npm run check:format` requires. */
export const formatted = (
  text: string,
  parser: "markdown" | "json" = "markdown",
): Promise<string> =>
  format(text, {
    ...(JSON.parse(fs.readFileSync(path.join(project, ".prettierrc.json"), "utf8")) as object),
    parser,
  });

/** Writes documents as JSON files of a folder below docs, by file name. */
export async function writeDocuments(
  folder: string,
  documents: Record<string, unknown>,
): Promise<void> {
  for (const [name, document] of Object.entries(documents))
    fs.writeFileSync(
      path.join(project, "docs", folder, name),
      await formatted(JSON.stringify(document, undefined, 2), "json"),
    );
}
