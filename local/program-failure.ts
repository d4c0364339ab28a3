import * as pulumi from "@pulumi/pulumi";
import * as fs from "node:fs";
import * as path from "node:path";
import { inspect } from "node:util";

/** Where a program's own sources are. */
export interface Sources {
  /** The project's folder. */
  directory: string;
  /** Files and folders in it that belong to the program; packages in node_modules never do. */
  parts: readonly string[];
  /** True if an error of Pulumi that a program raises to end itself needs its place, too. */
  locatesRunErrors: boolean;
}

/** What a program threw that is not an error, which therefore has no stack trace. */
export class ThrownValue extends Error {
  constructor(readonly value: unknown) {
    super(String(value));
  }
}

/**
 * Returns what made a program fail in one sentence that begins with file and line, where the stack trace has a place in the program's
 * sources; otherwise the error itself, such as one of a service that refuses a resource.
 */
export function failureOf(failure: Error, sources: Sources): Error {
  if (failure instanceof ThrownValue) {
    const value = inspect(failure.value, { breakLength: Infinity, compact: true });
    return new Error(
      `The program throws ${value}, which has no line number since it is not an Error: throw new Error(…).`,
    );
  }
  if (failure instanceof pulumi.RunError && !sources.locatesRunErrors) return failure;
  const said = compilerErrorOf(failure);
  const place = said?.place ?? placeOf(failure, sources);
  if (place === undefined) return failure;
  const { file, line } = place;
  const name = path.relative(process.cwd(), path.resolve(file));
  return new Error(`${name}:${line}: ${said?.sentence ?? sentenceOf(failure)}`, { cause: failure });
}

interface Place {
  file: string;
  line: string;
}

/** ts-node lists one error per line, each with its place. */
function compilerErrorOf({ name, message }: Error): { place: Place; sentence: string } | undefined {
  const found = name === "TSError" && /^(.+?)\((\d+),\d+\): error (TS\d+): (.+)$/m.exec(message);
  if (!found) return undefined;
  const [, file = "", line = "", code = "", text = ""] = found;
  return { place: { file, line }, sentence: `${text.replace(/\.$/, "")} (${code}).` };
}

/** The innermost place in the program's sources. A file that Node.js cannot parse is named in the first line of the stack trace. */
function placeOf({ stack = "" }: Error, { directory, parts }: Sources): Place | undefined {
  const folder = fs.realpathSync(directory);
  const own = parts.map((part) => path.join(folder, part));
  for (const [, at = "", line = ""] of stack.matchAll(/^(?: +at .*?)?\(?(\/[^():]+):(\d+)/gm)) {
    if (at.includes(`${path.sep}node_modules${path.sep}`)) continue;
    if (own.some((part) => at === part || at.startsWith(path.join(part, path.sep))))
      return { file: at, line };
  }
  return undefined;
}

/** Without what Node.js, Pulumi and the compiler add for their own command lines. */
function sentenceOf({ message }: Error): string {
  const [, module] = /^Cannot find module '(.+?)'\nRequire stack:/.exec(message) ?? [];
  if (module !== undefined)
    return module.startsWith(".") || path.isAbsolute(module)
      ? `The module '${module}' does not exist.`
      : `The package '${module}' is not installed: add it to package.json and install it.`;
  const [, key] = /^Missing required configuration variable '(.+?)'/.exec(message) ?? [];
  if (key !== undefined)
    return `The configuration has no ${key}: set it in Pulumi.${pulumi.getStack()}.yaml.`;
  // The compiler writes `(0, part_1.make)` for `make` of an import.
  return message.replace(/\(0 ?, \w+_\d+\.(\w+)\)|\b\w+_\d+\.(\w+)(?= is not a )/, "$1$2");
}
