import type { Resource } from "@pulumi/pulumi";
import * as runtime from "@pulumi/pulumi/runtime";
import * as mixins from "@pulumi/aws/lambda/lambdaMixins";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

type Serialize = typeof runtime.serializeFunction;
type Serialized = Awaited<ReturnType<Serialize>>;
type Constructor = new (...args: never[]) => object;

/** The modules' own objects, whose members Pulumi reads at each call. */
const serializing = runtime as { serializeFunction: Serialize };
const functions = mixins as unknown as { CallbackFunction: Constructor };

export interface KeepingArgs {
  /** The project's folder; serialised callbacks are kept in its `.local/callbacks`. */
  directory: string;
  /** The program's entry file. */
  entry: string;
  /** Anything else that a captured value may depend on, such as the stack's configuration. */
  settings: unknown;
}

/**
 * While `work` runs, serialises a callback only if anything has changed that its text depends on: see docs/decisions/0029.
 * Callbacks that capture an output or a secret are serialised each time.
 */
export async function keepingCallbacks<T>(
  { directory, entry, settings }: KeepingArgs,
  work: () => Promise<T>,
): Promise<T> {
  const { serializeFunction } = serializing;
  const { CallbackFunction } = functions;
  const folder = path.join(directory, ".local", "callbacks");
  // Sources do not change while a program is evaluated.
  const digests = new Map<string, string>();
  const digest = (file: string): string => {
    const known = digests.get(file) ?? hash(fs.readFileSync(file));
    digests.set(file, known);
    return known;
  };
  // Pulumi serialises within the constructor, and does not pass the resource on.
  let current: string | undefined;
  functions.CallbackFunction = new Proxy(CallbackFunction, {
    construct(target, args: unknown[], newTarget) {
      const [name, , opts] = args as [string, unknown, { parent?: Resource }?];
      current = [name, ...ancestors(opts?.parent)].join("\n");
      try {
        return Reflect.construct(target, args, newTarget) as object;
      } finally {
        current = undefined;
      }
    },
  });
  serializing.serializeFunction = async (func, options = {}) => {
    const resource = current;
    // The lint rules for callbacks, by which the text follows from what is hashed here, hold for factories.
    if (resource === undefined || !options.isFactoryFunction || options.serialize === undefined)
      return serializeFunction(func, options);
    const start = require.cache[fs.realpathSync(entry)];
    if (start === undefined) return serializeFunction(func, options);
    const key = hash(
      [process.version, func.toString(), options.exportName, settings],
      contents(directory, start, digest),
    );
    const file = path.join(folder, `${hash(resource, settings)}.json`);
    const kept = read(file);
    if (kept?.key === key) return kept.serialized;
    const serialized = await serializeFunction(func, options);
    if (!serialized.containsSecrets && !capturesOutput(serialized)) keep(file, { key, serialized });
    return serialized;
  };
  try {
    return await work();
  } finally {
    functions.CallbackFunction = CallbackFunction;
    serializing.serializeFunction = serializeFunction;
  }
}

/** Pulumi writes the value of an output into the text, with this in place of `apply`. */
const capturesOutput = ({ text }: Serialized): boolean =>
  text.includes("is not allowed from inside a cloud-callback");

/** Types and names of a resource's parents, which make its name unique. */
function ancestors(resource: Resource | undefined): string[] {
  if (resource === undefined) return [];
  const { __pulumiType, __name, __parentResource } = resource as unknown as Record<
    string,
    string
  > & {
    __parentResource?: Resource;
  };
  return [`${__pulumiType} ${__name}`, ...ancestors(__parentResource)];
}

/** What decides which packages there are, and how sources are compiled. */
const manifests = [
  "package.json",
  "package-lock.json",
  "node_modules/.package-lock.json",
  "tsconfig.json",
];

/** The content of each source that the program has loaded, and the state of each file of a package that a source has loaded. */
function contents(directory: string, start: NodeModule, digest: (file: string) => string): unknown {
  const reached = new Set([start]);
  const packages = new Set<string>();
  // Node.js names files as they are behind links, wherever the project's folder is.
  const named = (file: string): string => path.relative(path.dirname(start.filename), file);
  // A set also visits what is added to it meanwhile.
  for (const { children } of reached)
    for (const child of children)
      if (child.filename.includes(`${path.sep}node_modules${path.sep}`))
        packages.add(child.filename);
      else reached.add(child);
  const manifest = manifests
    .map((name) => path.join(directory, name))
    .filter((file) => fs.existsSync(file));
  return [
    manifest.map((file) => [path.basename(file), digest(file)]),
    [...reached]
      .map(({ filename }) => filename)
      .sort()
      .map((file) => [named(file), digest(file)]),
    [...packages].sort().map((file) => {
      const { size, mtimeMs } = fs.statSync(file);
      return [named(file), size, mtimeMs];
    }),
  ];
}

const hash = (...parts: unknown[]): string => {
  const digest = createHash("sha256");
  for (const part of parts) digest.update(Buffer.isBuffer(part) ? part : JSON.stringify(part));
  return digest.digest("hex");
};

interface Kept {
  key: string;
  serialized: Serialized;
}

function read(file: string): Kept | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as Kept;
  } catch {
    return undefined;
  }
}

/** Another run may be reading the file. A folder that cannot be written to only costs time. */
function keep(file: string, kept: Kept): void {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    fs.writeFileSync(unfinished, JSON.stringify(kept));
    fs.renameSync(unfinished, file);
  } catch {
    // The callback is serialised again next time.
  }
}
