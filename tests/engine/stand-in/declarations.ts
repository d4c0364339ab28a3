import * as fs from "node:fs";
import * as path from "node:path";

/** An input as the SDK declares it. */
export interface Declared {
  required: boolean;
  isList: boolean;
  /** `string`, `number`, `boolean`, none for an object, undefined for what is not looked into. */
  kinds: string[] | undefined;
  /** The inputs of the object that it may be. */
  inner: (() => Declarations) | undefined;
}

export type Declarations = ReadonlyMap<string, Declared>;

const sdk = path.dirname(require.resolve("@pulumi/aws/package.json"));
const read = (file: string): string => fs.readFileSync(path.join(sdk, file), "utf8");

const known = new Map<string, Declarations>();
let objects: string | undefined;

/** The inputs of `aws:sqs/queue:Queue`, from the type declarations that come with @pulumi/aws. */
export function inputsOf(type: string): Declarations {
  const [, file, name] = type.split(":");
  return remembered(type, () => interfaceOf(read(`${file}.d.ts`), `interface ${name}Args {`));
}

/** The outputs of a type that always have a value, hence those that AWS computes where the program gives none. */
export function computedOf(type: string): string[] {
  const [, file, name] = type.split(":");
  const text = read(`${file}.d.ts`).replace(/\/\*\*[\s\S]*?\*\//g, "");
  const members = text.slice(
    text.indexOf(`class ${name} `),
    text.indexOf(`interface ${name}State `),
  );
  return [...members.matchAll(/^ {4}readonly (\w+): pulumi\.Output<([\s\S]*?)>;$/gm)]
    .filter(([, , output = ""]) => !output.trim().endsWith("| undefined"))
    .map(([, output = ""]) => output);
}

/** The inputs of `inputs.iot.TopicRuleSqs`. */
function objectOf(namespace: string, name: string): Declarations {
  objects ??= read("types/input.d.ts");
  const text = objects;
  const start = text.indexOf(`namespace ${namespace} {`);
  return remembered(`${namespace}.${name}`, () =>
    interfaceOf(text.slice(start), `interface ${name} {`),
  );
}

function remembered(key: string, make: () => Declarations): Declarations {
  const declarations = known.get(key) ?? make();
  known.set(key, declarations);
  return declarations;
}

/** The members of an interface, whose lines are indented by as much again as its own. */
function interfaceOf(text: string, opening: string): Declarations {
  const start = text.indexOf(opening);
  if (start < 0) throw new Error(`@pulumi/aws declares no ${opening}`);
  const body = text.slice(start, text.indexOf("\n" + indentAt(text, start) + "}", start));
  const inside = indentAt(text, start) + "    ";
  const member = new RegExp(`^${inside}(\\w+)(\\??): (.*)$`, "gm");
  return new Map(
    [...body.matchAll(member)].map(([, name = "", optional, type = ""]) => [
      name,
      { required: optional === "", ...typeOf(type) },
    ]),
  );
}

function typeOf(type: string): Omit<Declared, "required"> {
  const isList = type.includes("[]");
  const [object, namespace, name] = /\binputs\.(\w+)\.(\w+)/.exec(type) ?? [];
  const inner =
    namespace === undefined || name === undefined ? undefined : () => objectOf(namespace, name);
  const rest = type.replace(object ?? "", "").replace(/\benums\.[\w.]+|\bARN\b/g, "string");
  // Maps, archives, resources and whatever else goes over several lines or has a name of its own.
  const isPlain = /^(pulumi\.Input<|string|number|boolean|undefined|[[\]<>|;, ])*$/.test(rest);
  const kinds = ["string", "number", "boolean"].filter((kind) => rest.includes(kind));
  return { isList, kinds: isPlain ? kinds : undefined, inner };
}

function indentAt(text: string, position: number): string {
  const line = text.slice(text.lastIndexOf("\n", position) + 1, position);
  return /^ */.exec(line)?.[0] ?? "";
}
