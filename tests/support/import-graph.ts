import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

/** Files by what they import of each other; types count as values do. Paths are relative to the root. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.CommonJS,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  resolveJsonModule: true,
};

/** Reads the imports of all TypeScript files below some folders, or of single files. */
export function importGraph(root: string, folders: readonly string[]): ImportGraph {
  const files = folders.flatMap((folder) => filesIn(path.join(root, folder)));
  const relative = (file: string): string => path.relative(root, file);
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(fs.readFileSync(file, "utf8"));
      const targets = importedFiles
        .filter(({ fileName }) => fileName.startsWith("."))
        .map(({ fileName }) => ts.resolveModuleName(fileName, file, options, ts.sys))
        .flatMap(({ resolvedModule }) => (resolvedModule ? [resolvedModule.resolvedFileName] : []));
      return [relative(file), targets.map(relative)];
    }),
  );
}

function filesIn(place: string): string[] {
  if (!fs.existsSync(place)) return [];
  if (fs.statSync(place).isFile()) return [place];
  return fs
    .readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
    .map((file) => path.join(place, file))
    .sort();
}

/** The first circle of imports, from a file back to itself; undefined if there is none. */
export function circleIn(graph: ImportGraph): string[] | undefined {
  const done = new Set<string>();
  const way: string[] = [];
  function follow(file: string): string[] | undefined {
    const at = way.indexOf(file);
    if (at >= 0) return [...way.slice(at), file];
    if (done.has(file)) return undefined;
    way.push(file);
    for (const target of graph.get(file) ?? []) {
      const circle = follow(target);
      if (circle) return circle;
    }
    way.pop();
    done.add(file);
    return undefined;
  }
  for (const file of graph.keys()) {
    const circle = follow(file);
    if (circle) return circle;
  }
  return undefined;
}
