import * as fs from "node:fs";
import * as path from "node:path";
import * as prettier from "prettier";
import { catalogue } from "./catalogue";
import type { Definition } from "./parts/integration";
import type { Setting } from "./parts/settings/setting";

const directory = path.join(__dirname, "..");
const definitions: readonly Definition[] = catalogue;

/** The files that hold tables made from the catalogue, each with its table and what marks the table's place. */
const tables: { file: string; mark: string; table: string }[] = [
  { file: "README.md", mark: "integrations", table: tableOfIntegrations() },
  ...definitions.map(({ stem, settings }) => ({
    file: `docs/integrations/${stem}.md`,
    mark: "settings",
    table: tableOfSettings(stem, Object.entries(settings)),
  })),
];

function tableOfIntegrations(): string {
  const rows = definitions.map(
    ({ stem, summary }) => `| [${stem}](docs/integrations/${stem}.md) | ${summary} |`,
  );
  return ["| integration | what it does |", "| --- | --- |", ...rows].join("\n");
}

function tableOfSettings(stem: string, settings: [string, Setting<unknown>][]): string {
  if (settings.length === 0) return "None.";
  const rows = settings.map(([key, { type, description, ...setting }]) => {
    const cells = [`\`${stem}:${key}\``, type, defaultOf(setting), description];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return [
    "| key | type and bounds | default | description |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

function defaultOf({ required, default: value }: Pick<Setting<unknown>, "required" | "default">) {
  if (required) return "required";
  if (value === undefined) return "none";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

/** Each of these files as it is, and as it has to be. */
export const pages = (): Promise<{ file: string; text: string; renewed: string }[]> =>
  Promise.all(
    tables.map(async ({ file, mark, table }) => {
      const absolute = path.join(directory, file);
      const text = fs.readFileSync(absolute, "utf8");
      const [begin, end] = [`<!-- ${mark}: begin -->`, `<!-- ${mark}: end -->`];
      const [before, rest = ""] = text.split(begin);
      const [, after] = rest.split(end);
      if (after === undefined) throw new Error(`${file} needs the marks ${begin} and ${end}.`);
      const renewed = [before, begin, `\n\n${table}\n\n`, end, after].join("");
      const options = { ...(await prettier.resolveConfig(absolute)), filepath: absolute };
      return { file, text, renewed: await prettier.format(renewed, options) };
    }),
  );

async function renew(): Promise<void> {
  for (const { file, renewed } of await pages())
    fs.writeFileSync(path.join(directory, file), renewed);
}

if (require.main === module) void renew();
