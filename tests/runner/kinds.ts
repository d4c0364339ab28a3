import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

/**
 * What a spec needs beyond this process, which decides with which others it shares a shard.
 * A module of the tests says it of everything that imports it, by a line `@needs <kind>` in its comments.
 */
export const kinds = {
  /** The program, deployed once for all of a shard. */
  deployment: { start: 20_000, each: 20_000 },
  /** An emulator, started once for all of a shard. */
  emulator: { start: 5_000, each: 5_000 },
  /** Runs of `npm start` in processes of their own. */
  runs: { start: 0, each: 30_000 },
  /** The Pulumi CLI. Its first command may download it, which two must not do at once. */
  engine: { start: Infinity, each: 60_000 },
  /** Nothing. */
  none: { start: 0, each: 500 },
} as const;
export type Kind = keyof typeof kinds;

const byWeight = Object.keys(kinds) as Kind[];

/** Finds the kind of specs: the first, in the order above, that any module says which the spec imports, directly or not. */
export function createClassifier(): (spec: string) => Kind {
  const modules = new Map<string, Module>();
  const moduleOf = (file: string): Module => {
    const known = modules.get(file);
    if (known) return known;
    const read = readModule(file);
    modules.set(file, read);
    return read;
  };
  return (spec) => {
    const reached = new Set([path.resolve(spec)]);
    // A set goes on to what is added to it meanwhile.
    for (const file of reached) moduleOf(file).imports.forEach((next) => reached.add(next));
    const needs = new Set([...reached].map((file) => moduleOf(file).needs));
    return byWeight.find((kind) => needs.has(kind)) ?? "none";
  };
}

interface Module {
  /** Files of the project. */
  imports: string[];
  needs?: Kind;
}

function readModule(file: string): Module {
  const text = fs.readFileSync(file, "utf8");
  if (!file.endsWith(".ts")) return { imports: [] };
  const [, needs] = /^\s*\* @needs (\w+)/m.exec(text) ?? [];
  if (needs !== undefined && !(needs in kinds))
    throw new Error(
      `${path.relative(process.cwd(), file)} needs '${needs}'; use one of ${byWeight.join(", ")}.`,
    );
  // Types are gone when the module runs.
  const atRunTime = text.replace(/^(import|export) type [^;]*;/gm, "");
  const imports = ts
    .preProcessFile(atRunTime, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith("."))
    .map((name) => resolve(path.resolve(path.dirname(file), name)))
    .filter((name) => name !== undefined);
  return { imports, needs: needs as Kind | undefined };
}

const resolve = (module: string): string | undefined =>
  [module, `${module}.ts`, path.join(module, "index.ts")].find(
    (file) => fs.existsSync(file) && fs.statSync(file).isFile(),
  );
