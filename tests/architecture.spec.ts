import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { layers } from "../lint/layers";
import { circleIn, importGraph, type ImportGraph } from "./support/import-graph";

const root = path.join(__dirname, "..");

/** Folders and files at the root that have sources: those of every layer. */
const sources = [...new Set(Object.keys(layers).map((layer) => layer.split("/")[0] ?? ""))].map(
  (source) => (fs.existsSync(path.join(root, `${source}.ts`)) ? `${source}.ts` : source),
);

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

const serviceOf = (file: string): string | undefined =>
  /^local\/services\/([^/]+)\//.exec(file)?.[1];

/** The services of the local run by the other services whose files their own import. */
function servicesOf(graph: ImportGraph): Map<string, string[]> {
  const services = new Map<string, string[]>();
  for (const [file, imported] of graph) {
    const service = serviceOf(file);
    if (service === undefined) continue;
    const others = imported.flatMap((other) => serviceOf(other) ?? []);
    const known = services.get(service) ?? [];
    services.set(service, [...known, ...others.filter((other) => other !== service)]);
  }
  return services;
}

describe("The imports of the sources", () => {
  let graph: ImportGraph;
  before(() => {
    graph = importGraph(root, sources);
  });

  it("are read whole: of every layer, of folders, files and types", () => {
    for (const source of sources)
      assert.ok(
        [...graph.keys()].some((file) => file === source || file.startsWith(`${source}/`)),
        source,
      );
    assert.ok(graph.size > 400, `Only ${graph.size} files were found.`);
    assert.ok(graph.get("local/main.ts")?.includes("local/run.ts"));
    assert.ok(graph.get("local/deployment.ts")?.includes("local/services/index.ts"));
    assert.ok(graph.get("local/stillness.ts")?.includes("local/trace.ts"));
  });

  it("form no circle", () => {
    assert.equal(circleIn(graph)?.join("\n  imports "), undefined);
  });

  it("form no circle of the folders of AWS services of the local run", () => {
    const services = servicesOf(graph);
    assert.ok(services.get("pipes")?.includes("sqs"));
    assert.equal(circleIn(services)?.join("\n  imports "), undefined);
  });

  it("form a circle if they lead back to a file, or from a file to itself", () => {
    const circle = { a: ["b"], b: ["c"], c: ["d", "a"], d: [] };
    assert.deepEqual(circleIn(new Map(Object.entries(circle))), ["a", "b", "c", "a"]);
    assert.deepEqual(circleIn(new Map([["e", ["e"]]])), ["e", "e"]);
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
