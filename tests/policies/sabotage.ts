import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { RecordedResource } from "../../local/program";

/** One thing that was broken in a program, and the rules that have to say so. */
export interface Sabotage {
  what: string;
  resources: RecordedResource[];
  /** The resource of the program that was changed; undefined if one was added or removed. */
  original?: RecordedResource;
  /** What was changed or added, which rules about one resource have to look at again. */
  broken: RecordedResource[];
  /** Every one of these has to fire… */
  rules: string[];
  /** …and of these some may, since the same change breaks what they are about too. */
  also: string[];
}

type Inputs = Record<string, unknown>;

/** A way to break resources of one type, or nothing where it does not apply. */
export interface Breaker {
  what: string;
  type: string;
  /** The inputs as they are after it; `"gone"` for no resource at all. */
  change(inputs: Inputs, resource: RecordedResource): Inputs | "gone" | undefined;
  rules: string[] | ((inputs: Inputs, resource: RecordedResource) => string[]);
  also?: string[];
}

/** Every breaker on every resource that it applies to, one at a time. */
export function sabotages(program: RecordedResource[], breakers: Breaker[]): Sabotage[] {
  return breakers.flatMap((breaker) =>
    program
      .filter(({ type }) => type === breaker.type)
      .flatMap((resource) => {
        const inputs = resource.inputs.toJavaScript() as Inputs;
        const after = breaker.change(structuredClone(inputs), resource);
        const rules =
          typeof breaker.rules === "function" ? breaker.rules(inputs, resource) : breaker.rules;
        if (after === undefined || rules.length === 0) return [];
        const broken = after === "gone" ? [] : [{ ...resource, inputs: struct(after) }];
        return {
          what: `${resource.name}: ${breaker.what}`,
          ...(after !== "gone" && { original: resource }),
          resources: program.flatMap((one) => (one === resource ? broken : one)),
          broken,
          rules,
          also: breaker.also ?? [],
        };
      }),
  );
}

/** A resource that should not be there. */
export function addition(
  program: RecordedResource[],
  what: string,
  type: string,
  inputs: Inputs,
  rules: string[],
  also: string[] = [],
): Sabotage {
  const added: RecordedResource = {
    type,
    name: "added",
    urn: `urn:pulumi:test::iot-integrations::${type}::added`,
    custom: true,
    parent: "",
    inputs: struct(inputs),
    plain: inputs,
    dependencies: [],
    propertyDependencies: {},
  };
  return { what, resources: [...program, added], broken: [added], rules, also };
}

/** The inputs with one of them changed, or gone if it becomes `undefined`. */
export function set(inputs: Inputs, path: string, value: unknown): Inputs {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let at = inputs;
  for (const key of keys) at = (at[key] ??= {}) as Inputs;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return inputs;
}

export type Statement = Record<string, unknown> & { Sid?: string; Effect: string };

/** The inputs with the statements of a document changed; nothing if that changes nothing. */
export function rewrite(
  inputs: Inputs,
  input: string,
  change: (statements: Statement[]) => Statement[],
): Inputs | undefined {
  const text = inputs[input];
  if (typeof text !== "string" || !text.startsWith("{")) return undefined;
  const document = JSON.parse(text) as { Statement: Statement[] };
  const before = JSON.stringify(document.Statement);
  document.Statement = change(document.Statement);
  if (JSON.stringify(document.Statement) === before) return undefined;
  return { ...inputs, [input]: JSON.stringify(document) };
}

const struct = (inputs: Inputs): Struct =>
  Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>);
