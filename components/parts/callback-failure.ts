import * as pulumi from "@pulumi/pulumi";
import * as fs from "node:fs";
import * as path from "node:path";

/** The project's folder, which files are named from. */
const root = path.join(__dirname, "../..");
const grammar = "docs/decisions/0002-callback-grammar.md";

/**
 * Makes of an error one that Pulumi prints as one sentence, without a stack. It stays the same object, by which Pulumi recognises that
 * it has printed it: each resource that waits for the one that failed fails with it, and so do promises that nothing can reach.
 */
export function refusal(sentence: string, error: object = new pulumi.RunError()): pulumi.RunError {
  return Object.defineProperties(error as pulumi.RunError, {
    // Pulumi puts the name of a property before it each time that the error passes.
    message: { get: () => sentence, set: () => undefined },
    stack: { value: sentence },
    // How Pulumi identifies a RunError.
    __pulumiRunError: { value: true },
  });
}

/** Why a function cannot be deployed, in one sentence with function, file, name and remedy. */
export function asSentence(functionName: string, thrown: unknown): pulumi.RunError {
  if (pulumi.RunError.isInstance(thrown)) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return refusal(sentenceFor(functionName, error.message), error);
}

function sentenceFor(functionName: string, message: string): string {
  if (message.includes("Error serializing"))
    return `The callback of ${functionName} cannot be serialised: ${cause(message)} (${grammar}).`;
  if (/\bglob(\(\.\.\.\))? is not a function/.test(message))
    return `The archive of ${functionName} cannot be made: the package.json of a folder above ${process.cwd()} has workspaces, which Pulumi reads with Node.js 22 or later; this is Node.js ${process.version}: use a later one or move the project out of that folder.`;
  const [, unexported] = /export path for "([^"]+)" not found/.exec(message) ?? [];
  if (unexported?.startsWith("."))
    return `The archive of ${functionName} cannot be made: Pulumi does not find the package of node_modules/${unexported}: install with npm ci or pnpm, whose layouts of node_modules it can read.`;
  if (unexported !== undefined)
    return `The callback of ${functionName} captures ${unexported}, which its package does not export: use a package that Node.js 24 can require.`;
  const [line = ""] = message.split("\n");
  return `The archive of ${functionName} cannot be made (${line}): run npm ci in ${process.cwd()} and try again.`;
}

/** One line of the path from the callback to what does not serialise. */
interface Frame {
  kind: "function" | "name" | "other";
  name: string;
  file: string;
}

/** What of ours does not serialise, and what to do; packages are named by what of ours reaches into them. */
function cause(message: string): string {
  const [frames, reason] = read(message);
  const last = frames.map(({ file }) => file.endsWith(".ts")).lastIndexOf(true);
  const file = frames[last]?.file;
  const where = (name: string): string => (file === undefined ? "it" : fullPath(file, name));
  const missing = /Unexpected missing variable in closure environment: (\S+)/.exec(reason)?.[1];
  if (missing !== undefined)
    return `${where(missing)} uses '${missing}', which the serialiser does not find: declare it before the function that uses it, and write no label`;
  if (reason.includes("captured 'this'"))
    return `${where("this")} uses 'this' in an arrow function: pass the object as a parameter`;
  const captured = frames.slice(last + 1).find(({ kind }) => kind === "name")?.name;
  if (captured !== undefined)
    return `${where(captured)} captures '${captured}', a value of the deployment that has no source text: make it inside createHandler`;
  return `${where("")} fails because ${reason}: write it as plain functions and object literals`;
}

function read(message: string): [Frame[], string] {
  const lines = message.split("\n").map((line) => line.trim());
  const end = lines.findIndex((line) => line.endsWith("which could not be serialized because"));
  const frames = lines.slice(0, end + 1).map((line): Frame => {
    const [, name = "", file = ""] = /'(.*)'(?:: (\S+)\(\d+,\d+\))?/.exec(line) ?? [];
    if (/^(variable|module) '|a function defined at$/.test(line))
      return { kind: "name", name, file };
    return { kind: line.startsWith("Error") ? "other" : "function", name, file };
  });
  return [frames, (lines[end + 1] ?? "").replace(/\.$/, "")];
}

/** Pulumi names a file without its folder: of the files of that name that this program loaded, the one that has a word in it. */
function fullPath(file: string, word: string): string {
  const found = Object.keys(require.cache).filter(
    (loaded) =>
      path.basename(loaded) === file &&
      !loaded.includes("node_modules") &&
      fs.readFileSync(loaded, "utf8").includes(word),
  );
  const [only, another] = found.map((loaded) => path.relative(root, loaded));
  return only === undefined || another !== undefined ? file : only.split(path.sep).join("/");
}
