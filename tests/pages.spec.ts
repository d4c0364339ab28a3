import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

const root = path.join(__dirname, "..");

/** Wider cells are read line by line: a list is easier. */
const widest = 140;

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  ...fs
    .readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.split(path.sep).join("/")}`),
];

const read = (page: string): string => fs.readFileSync(path.join(root, page), "utf8");

/** The lines of a page that are not code. */
function textLines(text: string): string[] {
  let isCode = false;
  return text.split("\n").filter((line) => {
    if (line.startsWith("```")) isCode = !isCode;
    return !isCode && !/^( {4}|```)/.test(line);
  });
}

/** What a reader sees of Markdown in a line. */
const seen = (markdown: string): string => markdown.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").trim();

const wideCells = (text: string): string[] =>
  textLines(text)
    .filter((line) => line.startsWith("|") && !/^[|\s:-]+$/.test(line))
    .flatMap((line) => line.split(/(?<!\\)\|/).map(seen))
    // The values of a setting, which break at each comma, may be longer.
    .filter((cell) => cell.length > widest && !cell.startsWith("one of "));

/** The anchors that GitHub gives to the headings of a page. */
const anchorsOf = (text: string): Set<string> =>
  new Set(
    textLines(text)
      .filter((line) => /^#+ /.test(line))
      .map((line) =>
        seen(line.replace(/^#+ /, ""))
          .toLowerCase()
          .replace(/[^\p{L}\p{N}\s_-]/gu, "")
          .replace(/ /g, "-"),
      ),
  );

/** Links of a page that lead nowhere. */
function brokenLinks(page: string, text: string): string[] {
  const links = [
    ...textLines(text)
      .join("\n")
      .matchAll(/\]\(([^)\s]+)\)/g),
  ].map(([, link = ""]) => link);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? page : path.posix.join(path.posix.dirname(page), file);
    if (!fs.existsSync(path.join(root, target))) return true;
    return anchor !== undefined && !anchorsOf(read(target)).has(anchor);
  });
}

/** Numbers that change with a part, such as the alarms of a queue, and that the tables of costs count. */
const countedAlarms = (text: string): string[] => [
  ...(text.match(
    /\b(\d+|two|three|four|five|six|seven|eight|nine|ten|\w+teen|eleven|twelve|twenty) (more )?alarms\b/gi,
  ) ?? []),
];

/** Paragraphs of one line that are commands, not sentences. */
const bareCommands = (text: string): string[] =>
  textLines(text)
    .join("\n")
    .split("\n\n")
    .filter((one) => /^(npm|npx|pulumi|aws|source|git|curl) [^\n]*[^.:\n]$/.test(one));

/** Blocks of JSON that are none. */
const brokenJson = (text: string): string[] =>
  [...text.matchAll(/^```json\n([^]*?)^```/gm)]
    .map(([, block = ""]) => block)
    .filter((block) => {
      try {
        JSON.parse(block);
        return false;
      } catch {
        return true;
      }
    });

describe("The pages of the documentation", () => {
  it("count the alarms of an integration in its table of costs only", () => {
    assert.deepEqual(
      pages
        .filter((page) => page.startsWith("docs/integrations/"))
        .flatMap((page) => countedAlarms(read(page)).map((said) => `${page}: ${said}`)),
      [],
    );
    assert.deepEqual(countedAlarms("a queue; ten alarms, and 3 alarms; alarms"), [
      "ten alarms",
      "3 alarms",
    ]);
  });

  it(`have no cell of a table with more than ${widest} characters`, () => {
    assert.deepEqual(
      pages.flatMap((page) => wideCells(read(page)).map((cell) => `${page}: ${cell}`)),
      [],
    );
  });

  it("have links to files and headings that exist", () => {
    assert.deepEqual(
      pages.flatMap((page) => brokenLinks(page, read(page)).map((link) => `${page}: ${link}`)),
      [],
    );
  });

  it("are all reached from the README, over any number of pages", () => {
    const reached = new Set(["README.md"]);
    for (const page of reached)
      for (const [, link = ""] of read(page).matchAll(/\]\(([^)\s#]+\.md)[^)]*\)/g))
        if (!/^[a-z]+:/.test(link)) {
          const target = path.posix.join(path.posix.dirname(page), link);
          if (pages.includes(target)) reached.add(target);
        }
    assert.deepEqual(
      pages.filter((page) => !reached.has(page)),
      [],
    );
  });

  it("have every command in a block of code", () => {
    assert.deepEqual(
      pages.flatMap((page) => bareCommands(read(page)).map((line) => `${page}: ${line}`)),
      [],
    );
    assert.deepEqual(bareCommands("## Run\n\nnpm run verify\n\n    npm start\n\nnpm start runs."), [
      "npm run verify",
    ]);
  });

  it("have blocks of JSON that parse", () => {
    assert.deepEqual(
      pages.flatMap((page) => brokenJson(read(page)).map((block) => `${page}: ${block}`)),
      [],
    );
    assert.deepEqual(brokenJson('```json\n{"a": 1}\n```\n\n```json\n{a: 1}\n```\n'), ["{a: 1}\n"]);
  });

  it("are at fault with a wide cell, or a link that leads nowhere", () => {
    assert.equal(wideCells(`| a |\n| --- |\n| ${"x".repeat(widest + 1)} |`).length, 1);
    assert.deepEqual(wideCells(`| ${"x".repeat(widest)} |\n    | ${"x".repeat(widest + 1)} |`), []);
    const text = "[a](no.md) [b](README.md#no-heading) [c](README.md#design) [d](https://x.y)";
    assert.deepEqual(brokenLinks("CONTRIBUTING.md", text), ["no.md", "README.md#no-heading"]);
  });
});
