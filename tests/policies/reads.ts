import { isDeepStrictEqual } from "node:util";
import type { RecordedResource } from "../../local/program";
import { defaultsOf } from "../../policies/parameters";
import type { Rule, StackRule } from "../../policies/rule";
import { nameOf } from "../../policies/stack/names";
import { stackOf } from "../../policies/stack/stack";
import { inputsOf, placeIn, seen } from "../support/policy";

/** The inputs that a rule read, by the URN of their resource. */
type Read = ReadonlyMap<string, ReadonlySet<string>>;

/** What every rule about whole stacks read of a program. */
export type Reads = ReadonlyMap<Rule, Read>;

/** Stands for all inputs of a resource, also those that it does not have: a rule has listed their names. */
const everyInput = "";

/** Runs every rule about whole stacks on its own view of the program, where each input that it asks for is recorded. */
export function readsOf(rules: readonly Rule[], program: RecordedResource[]): Reads {
  const inputs = new Map(program.map((resource) => [resource, inputsOf(resource)]));
  return new Map(
    rules
      .filter((rule): rule is StackRule => "checkStack" in rule)
      .map((rule) => [rule, readBy(rule, program, (resource) => inputs.get(resource) as object)]),
  );
}

function readBy(
  rule: StackRule,
  program: RecordedResource[],
  inputsOf: (resource: RecordedResource) => object,
): Read {
  const read = new Map<string, Set<string>>();
  const view = (resource: RecordedResource) => {
    const own = new Set<string>();
    read.set(resource.urn, own);
    return placeIn(recording(inputsOf(resource), (input) => own.add(input)));
  };
  const stack = stackOf(seen(program, view));
  // The stack reads the names of resources, of which every rule may make use: `concerned` compares them.
  read.forEach((own) => own.clear());
  const ignored = (): void => undefined;
  const report = Object.assign(ignored, { undecided: ignored, advise: ignored });
  rule.checkStack(stack, report, defaultsOf(rule));
  return read;
}

const recording = (inputs: object, read: (input: string) => void): object =>
  new Proxy(inputs, {
    get(target, key, receiver) {
      read(String(key));
      return Reflect.get(target, key, receiver) as unknown;
    },
    getOwnPropertyDescriptor(target, key) {
      read(String(key));
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    has(target, key) {
      read(String(key));
      return Reflect.has(target, key);
    },
    ownKeys(target) {
      read(everyInput);
      return Reflect.ownKeys(target);
    },
  });

/**
 * The rules that may find something else after one resource of the program was changed. A rule about whole stacks finds the same as
 * before if it read none of the inputs that differ, since its findings depend on nothing else.
 */
export function concerned(
  rules: readonly Rule[],
  reads: Reads,
  before: RecordedResource | undefined,
  after: RecordedResource | undefined,
): readonly Rule[] {
  if (!before || !after || !differOnlyInInputs(before, after) || named(before) !== named(after))
    return rules;
  const changed = changedInputs(before, after);
  return rules.filter((rule) => {
    const read = reads.get(rule)?.get(before.urn);
    return !read || read.has(everyInput) || changed.some((input) => read.has(input));
  });
}

function differOnlyInInputs(before: RecordedResource, after: RecordedResource): boolean {
  // Rules do not see the plain form of the inputs.
  const others = ({ inputs: _, plain: __, ...rest }: RecordedResource): object => rest;
  return isDeepStrictEqual(others(before), others(after));
}

/** The name by which other resources refer to a resource. */
function named(resource: RecordedResource): string | undefined {
  const [one] = seen([resource], (of) => placeIn(inputsOf(of)));
  return one && nameOf(one);
}

function changedInputs(before: RecordedResource, after: RecordedResource): string[] {
  const [old, current] = [before, after].map((one) => inputsOf(one) as Record<string, unknown>);
  return [...new Set([...Object.keys(old ?? {}), ...Object.keys(current ?? {})])].filter(
    (input) => !isDeepStrictEqual(old?.[input], current?.[input]),
  );
}
