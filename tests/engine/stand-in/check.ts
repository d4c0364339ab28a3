import { type Declarations, type Declared, inputsOf } from "./declarations";
import { unknown } from "./preview";
import type { Properties } from "./resources";

export interface Fault {
  property: string;
  reason: string;
}

/** The key by which the engine marks values that are not plain. */
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

/** Inputs that the SDK's declarations do not allow: unknown, missing, or of another type. */
export function check(type: string, inputs: Properties): Fault[] {
  return object(inputsOf(type), inputs, "");
}

function object(declarations: Declarations, value: Properties, at: string): Fault[] {
  const missing = [...declarations]
    .filter(([name, { required }]) => required && value[name] === undefined)
    .map(([name]) => ({ property: at + name, reason: "is missing" }));
  return Object.entries(value).reduce<Fault[]>((faults, [name, item]) => {
    const declared = declarations.get(name);
    if (!declared) return [...faults, { property: at + name, reason: "is no input" }];
    return [...faults, ...input(declared, item, at + name)];
  }, missing);
}

function input(declared: Declared, value: unknown, at: string): Fault[] {
  const plain = revealed(value);
  if (plain === unknown || plain === null || isMarked(plain)) return [];
  if (!declared.isList) return single(declared, plain, at);
  if (!Array.isArray(plain)) return [{ property: at, reason: "is not a list" }];
  return plain.flatMap((item, index) =>
    input({ ...declared, isList: false }, item, `${at}[${index}]`),
  );
}

function single({ kinds, inner }: Declared, value: unknown, at: string): Fault[] {
  const kind = typeof value;
  if (!kinds || kinds.includes(kind)) return [];
  if (inner && kind === "object") return object(inner(), value as Properties, `${at}.`);
  const allowed = [...kinds, ...(inner ? ["object"] : [])].join(" or ");
  return [{ property: at, reason: `is of type ${kind}, not ${allowed}` }];
}

const isMarked = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && signature in value;

/** The content of a secret. */
function revealed(value: unknown): unknown {
  return isMarked(value) && value[signature] === secret ? revealed(value.value) : value;
}
