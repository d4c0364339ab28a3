import * as fs from "node:fs";
import * as path from "node:path";
import { stems } from "../../components/catalogue";

/** The page that shows the table, between two marks. */
const page = path.join(__dirname, "../../docs/policies-proof.md");
const marks = ["<!-- sabotages: begin -->", "<!-- sabotages: end -->"] as const;

/** How the rules took one sabotage. */
export interface Outcome {
  /** What was broken: the resource, and how. */
  what: string;
  /** Rules that had to fire and did not. */
  missed: string[];
  /** Rules that fired and had no reason to. */
  falseAlarms: string[];
}

/** Per integration: how often it was broken, how often exactly the intended rules said so, and how many others did. */
export function tableOf(outcomes: Outcome[]): string {
  const integrationOf = ({ what }: Outcome): string =>
    stems.find((stem) => what.startsWith(`${stem}-`)) ?? "what they share";
  const row = (what: string, some: Outcome[]): string => {
    const caught = some.filter(({ missed }) => missed.length === 0).length;
    const false_ = some.flatMap(({ falseAlarms }) => falseAlarms).length;
    return `| ${what} | ${some.length} | ${caught} | ${false_} |`;
  };
  const rows = [...stems, "what they share"].flatMap((integration) => {
    const some = outcomes.filter((one) => integrationOf(one) === integration);
    return some.length > 0 ? [row(integration, some)] : [];
  });
  return [
    "| broken in | sabotages | caught | false alarms |",
    "| --- | ---: | ---: | ---: |",
    ...rows,
    row("all", outcomes),
  ].join("\n");
}

/** The cells of the table as the page has it, without what the formatter does to their widths. */
export const shownTable = (): string => plain(between(fs.readFileSync(page, "utf8")));

export const plain = (table: string): string =>
  table
    .split("\n")
    .map((line) => line.replace(/\s*\|\s*/g, "|").replace(/-+/g, "-"))
    .filter((line) => line !== "")
    .join("\n");

/** Writes the table into the page. */
export function renew(table: string): void {
  const text = fs.readFileSync(page, "utf8");
  const [begin, end] = marks;
  fs.writeFileSync(
    page,
    text.replace(begin + between(text) + end, `${begin}\n\n${table}\n\n${end}`),
  );
}

function between(text: string): string {
  const [begin, end] = marks;
  const inner = text.split(begin)[1]?.split(end)[0];
  if (inner === undefined) throw new Error(`${page} needs the marks ${begin} and ${end}.`);
  return inner;
}
