import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { scripts } from "../package.json";

const root = path.join(__dirname, "..");
const read = (file: string): string => fs.readFileSync(path.join(root, file), "utf8");

/** Text without line breaks and links, as a reader sees it. */
const plain = (markdown: string): string =>
  markdown
    .replace(/\]\([^)]*\)/g, "]")
    .replace(/[[\]]/g, "")
    .replace(/\s+/g, " ");

interface Claim {
  page: string;
  claim: string;
  /** A test file and a title in it, or a command. */
  heldBy: { file: string; title: string } | { command: string };
}

/** Throws for a line that is no claim. */
function claimsIn(text: string): Claim[] {
  return text
    .split(/^## /m)
    .slice(1)
    .flatMap((section) => {
      const [, page = ""] = /^\[([^\]]+)\]/.exec(section) ?? [];
      return section
        .split(/^- /m)
        .slice(1)
        .map((item) => {
          const [, claim, holder = ""] = /^“(.*?)”: (.*)$/.exec(plainKeepingFiles(item)) ?? [];
          const [, file, title] = /^(tests\/\S+\.ts): (.+)$/.exec(holder) ?? [];
          const [, command] = /^`npm run (\S+)`$/.exec(holder) ?? [];
          assert.ok(claim !== undefined && (file ?? command) !== undefined, item);
          const heldBy =
            file === undefined ? { command: command ?? "" } : { file, title: title ?? "" };
          return { page, claim, heldBy };
        });
    });
}

const plainKeepingFiles = (item: string): string => plain(item).trim();

/** What is wrong with a claim; undefined for nothing. */
function faultOf({ page, claim, heldBy }: Claim): string | undefined {
  if (!plain(read(page)).includes(claim)) return `${page} does not say: ${claim}`;
  if ("command" in heldBy)
    return heldBy.command in scripts ? undefined : `There is no command ${heldBy.command}.`;
  const { file, title } = heldBy;
  if (!fs.existsSync(path.join(root, file))) return `There is no ${file}.`;
  const titled = ['"', "`", "'"].some((quote) =>
    read(file).includes(`${quote}${title.replaceAll(quote, `\\${quote}`)}${quote}`),
  );
  return titled ? undefined : `${file} has no test with the title: ${title}`;
}

describe("The claims of the pages", () => {
  const claims = claimsIn(read("docs/claims.md"));

  it("are each on their page, and held by a test or a command that exists", () => {
    assert.ok(claims.length >= 40, `${claims.length} claims`);
    assert.deepEqual(
      claims.map(faultOf).filter((fault) => fault !== undefined),
      [],
    );
  });

  it("are those of every page, but for lists of links and decisions", () => {
    const pages = fs
      .readdirSync(path.join(root, "docs"), { recursive: true, encoding: "utf8" })
      .map((name) => `docs/${name.split(path.sep).join("/")}`)
      .filter((name) => name.endsWith(".md") && !name.startsWith("docs/decisions/"));
    const held = new Set(claims.map(({ page }) => page));
    assert.deepEqual(
      ["README.md", "CONTRIBUTING.md", ...pages].filter((page) => !held.has(page)),
      ["docs/README.md", "docs/claims.md"],
    );
  });

  it("are at fault if the page, the test or the command has changed", () => {
    const [first] = claims;
    assert.ok(first);
    const file = "tests/claims.spec.ts";
    for (const [changed, fault] of [
      [{ claim: "It is the best." }, "README.md does not say: It is the best."],
      [{ heldBy: { command: "pray" } }, "There is no command pray."],
      [{ heldBy: { file: "tests/no.spec.ts", title: "no" } }, "There is no tests/no.spec.ts."],
      [
        { heldBy: { file, title: ["is", "not", "there"].join(" ") } },
        `${file} has no test with the title: is not there`,
      ],
    ] as const)
      assert.equal(faultOf({ ...first, ...changed }), fault);
  });
});
