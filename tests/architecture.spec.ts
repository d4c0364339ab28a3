import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import { directory } from "./support/emulator";

const folders = ["components", "functions", "policies", "iot-sql", "iam", "local", "operations"];

/** Groups of files that import each other in a circle, until each is taken apart. Remove what is; add nothing. */
const knownCycles: string[][] = [
  ["components/actions/put-record.ts", "components/parts/telemetry-stream.ts"],
  ["components/parts/dead-letter-queue.ts", "components/parts/queue.ts"],
  ["iot-sql/prepare.ts", "iot-sql/projection.ts", "iot-sql/query.ts"],
];

/** The project's own files that each file imports, types included. */
function importGraph(): Map<string, string[]> {
  const files = new Set(folders.flatMap(filesBelow));
  const found = (file: string, specifier: string): string[] => {
    const target = path.normalize(path.join(path.dirname(file), specifier));
    const candidates = [`${target}.ts`, path.join(target, "index.ts")];
    return candidates.filter((candidate) => files.has(candidate)).slice(0, 1);
  };
  return new Map(
    [...files].map((file) => {
      const { importedFiles } = ts.preProcessFile(
        fs.readFileSync(path.join(directory, file), "utf8"),
      );
      const relative = importedFiles.filter(({ fileName }) => fileName.startsWith("."));
      return [file, relative.flatMap(({ fileName }) => found(file, fileName))];
    }),
  );
}

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(path.join(directory, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes("node_modules"));
}

/** The strongly connected groups of more than one node, by Tarjan's algorithm. */
function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string): number => {
    const number = order.size;
    order.set(node, number);
    let low = number;
    open.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, order.get(next) ?? low);
    }
    lowest.set(node, low);
    if (low === number) {
      const group = open.splice(open.indexOf(node));
      if (group.length > 1 || graph.get(node)?.includes(node)) cycles.push(group.sort());
    }
    return low;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return cycles.sort((a, b) => String(a).localeCompare(String(b)));
}

const serviceOf = (file: string): string | undefined =>
  /^local\/services\/([^/]+)\//.exec(file)?.[1];

describe("the architecture", () => {
  let graph: Map<string, string[]>;
  before(() => {
    graph = importGraph();
  });

  it("is read whole: imports of folders, files and types are found", () => {
    assert.ok(graph.get("local/main.ts")?.includes("local/run.ts"));
    assert.ok(graph.get("local/deployment.ts")?.includes("local/services/index.ts"));
    assert.ok(graph.get("local/stillness.ts")?.includes("local/trace.ts"));
  });

  it("finds files that import each other in a circle", () => {
    const circle = { a: ["b"], b: ["c"], c: ["a", "d"], d: [], e: ["e"] };
    assert.deepEqual(cyclesOf(new Map(Object.entries(circle))), [["a", "b", "c"], ["e"]]);
  });

  it("has no further files that import each other in a circle", () => {
    const known = new Set(knownCycles.map(String));
    assert.deepEqual(
      cyclesOf(graph).filter((cycle) => !known.has(String(cycle))),
      [],
    );
  });

  it("has no AWS services of the local run whose folders import each other in a circle", () => {
    const services = new Map<string, string[]>();
    for (const [file, imported] of graph) {
      const service = serviceOf(file);
      if (service === undefined) continue;
      const others = imported.flatMap((other) => serviceOf(other) ?? []);
      const known = services.get(service) ?? [];
      services.set(service, [...known, ...others.filter((other) => other !== service)]);
    }
    assert.ok(services.get("pipes")?.includes("sqs"));
    assert.deepEqual(cyclesOf(services), []);
  });
});
