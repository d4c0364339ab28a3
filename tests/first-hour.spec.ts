import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import { scripts } from "../package.json";

const root = path.join(__dirname, "..");
const page = fs.readFileSync(path.join(root, "docs/first-hour.md"), "utf8");

/** A literal with fewer fixed characters fits lines that it does not print. */
const least = 8;
/** The share of the letters of a line, without its values, that literals of the sources have to print. */
const share = 0.6;

/** The fixed parts of the texts in the sources, longest first. */
function literalsIn(folders: readonly string[]): string[][] {
  const files = folders.flatMap((folder) =>
    folder.endsWith(".ts")
      ? [folder]
      : fs
          .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
          .filter((name) => name.endsWith(".ts"))
          .map((name) => path.join(folder, name)),
  );
  const literals: string[][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) literals.push([node.text]);
    else if (ts.isTemplateExpression(node))
      literals.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]);
    node.forEachChild(visit);
  };
  for (const file of files) {
    const text = fs.readFileSync(path.join(root, file), "utf8");
    visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest));
  }
  return literals
    .map((parts) => parts.flatMap((part) => part.split("\n")).filter((part) => part !== ""))
    .filter((parts) => parts.join("").trim().length >= least);
}

/** Marks what a literal prints of a line, if the line has every fixed part of it, in order. */
function mark(covered: boolean[], line: string, parts: readonly string[]): void {
  const found: [number, number][] = [];
  let from = 0;
  for (const part of parts) {
    const at = line.indexOf(part, from);
    if (at < 0) return;
    from = at + part.length;
    found.push([at, from]);
  }
  for (const [start, end] of found) covered.fill(true, start, end);
}

/** Values of a run: numbers, names, and texts in quotation marks or brackets. */
const values =
  /^ *\S+(?= {2})|'[^']*'|"[^"]*"|\[[^\]]*\]|\b[a-z]+[A-Z]\w*|\S*[\d/_<>=]\S*|\S+-\S+|\b[A-Z]+=\S+/g;

/** The share of the letters of a line that the sources print. */
function sharePrinted(line: string, literals: readonly (readonly string[])[]): number {
  const covered = Array.from(line, () => false);
  for (const parts of literals) mark(covered, line, parts);
  const isValue = Array.from(line, () => false);
  for (const { index, 0: value } of line.matchAll(values))
    isValue.fill(true, index, index + value.length);
  const letters = [...line.matchAll(/\p{L}/gu)].filter(
    ({ index }) => covered[index] || !isValue[index],
  );
  return letters.filter(({ index }) => covered[index]).length / Math.max(1, letters.length);
}

interface Quoted {
  command: string;
  line: string;
}

/** The lines that commands of this project printed. A line that continues on the next is joined with it. */
function quotedIn(markdown: string): Quoted[] {
  let command = "";
  const quoted: Quoted[] = [];
  for (const indented of markdown.split("\n").filter((line) => line.startsWith("    "))) {
    const line = indented.slice(4);
    if (line.startsWith("$ ")) command = line.slice(2);
    else if (!command.startsWith("npm ") || line.trim() === "…") continue;
    else if (
      /^ {2}\S/.test(line) &&
      /^[\d,]+ (set aside|quarantined)/.test(quoted.at(-1)?.line ?? "")
    )
      quoted.push({ command, line: `${quoted.pop()?.line} ${line.trim()}` });
    else quoted.push({ command, line });
  }
  return quoted;
}

/** Rows of a table, payloads, and lines that only continue a sentence hold nothing that the sources print as it is. */
const isData = (line: string): boolean =>
  /^\S+( \S+)?( +[\d,.]+){2,}$/.test(line) || /^ *[{[]/.test(line);

describe("the walk through the first hour", () => {
  const literals = literalsIn([
    "local",
    "operations",
    "components",
    "functions",
    "policies",
    "iot-sql",
    "reading",
    "config.ts",
  ]);
  const isPrinted = (line: string): boolean =>
    sharePrinted(line, literals) >= share ||
    // The titles of a table are separate words.
    line.split(/ {2,}/).every((word) => titles.has(word));
  const titles = new Set([
    "integration",
    "published",
    "matched",
    "repeated",
    "stored",
    "muted",
    "quarantined",
    "set aside",
    "lost",
    "on its way",
  ]);

  it("quotes lines that the sources print", () => {
    const lines = quotedIn(page).filter(({ line }) => !isData(line));
    assert.ok(lines.length > 50, `${lines.length} lines`);
    assert.deepEqual(
      lines.filter(({ line }) => !isPrinted(line)),
      [],
    );
  });

  it("is at fault with a line that nothing prints", () => {
    for (const line of [
      "358 sent again, 0 left over",
      "All of the messages were found again, 1,000 in number.",
      "iot-to-dynamodb could not be counted: Requested resource not found",
    ])
      assert.ok(!isPrinted(line), line);
  });

  it("runs commands that exist", () => {
    const commands = [...new Set(quotedIn(page).map(({ command }) => command))];
    assert.ok(commands.length >= 10);
    assert.deepEqual(
      commands.filter((command) => {
        const [, name = ""] = /^npm (?:run )?(\S+)/.exec(command) ?? [];
        return !(name in scripts);
      }),
      [],
    );
  });
});
