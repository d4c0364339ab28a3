import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { circleIn, importGraph } from "./support/import-graph";

/** Where files must not import each other in a circle. */
const folders = [
  "index.ts",
  "config.ts",
  "components",
  "functions",
  "policies",
  "iot-sql",
  "iam",
  "operations",
  "reading",
  "bench",
  "lint",
];

const root = path.join(__dirname, "..");

/** The circle among files with these texts. */
function circleAmong(texts: Record<string, string>): string[] | undefined {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "import-cycles-"));
  try {
    for (const [file, text] of Object.entries(texts)) {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), text);
    }
    return circleIn(importGraph(folder, ["."]));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

describe("The imports of the sources", () => {
  it("form no circle", () => {
    const graph = importGraph(root, folders);
    assert.ok(graph.size > 200, `Only ${graph.size} files were found.`);
    assert.equal(circleIn(graph)?.join("\n  imports "), undefined);
  });

  it("are found in all forms, types too", () => {
    for (const text of [
      'import { b } from "./b";',
      'import type { B } from "./b";',
      'import { type B } from "./b";',
      'export * from "./b";',
      'export type { B } from "./b";',
      'import b = require("./b");',
      'export type A = import("./b").B;',
      'export const a = () => import("./b");',
    ])
      assert.deepEqual(
        circleAmong({ "a.ts": text, "b.ts": 'import { a } from "./a";\nexport type B = 1;' }),
        ["a.ts", "b.ts", "a.ts"],
        text,
      );
  });

  it("are followed through folders and their index files", () => {
    const texts = {
      "one/index.ts": 'export { part } from "./part";',
      "one/part.ts": 'import { two } from "../two";\nexport const part = two;',
      "two.ts": 'import { part } from "./one";\nexport const two = () => part;',
      "three.ts": 'import { part } from "./one";',
    };
    assert.deepEqual(circleAmong(texts), ["one/index.ts", "one/part.ts", "two.ts", "one/index.ts"]);
  });

  it("may meet again without a circle", () => {
    const texts = {
      "a.ts": 'import "./b";\nimport "./c";',
      "b.ts": 'import "./d";',
      "c.ts": 'import "./d";',
      "d.ts": 'import "node:fs";',
    };
    assert.equal(circleAmong(texts), undefined);
  });
});
