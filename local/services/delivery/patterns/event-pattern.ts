import { isObject, parseJson, type Json } from "../json";
import { compileMatcher, type Matcher } from "./matcher";

/** Whether an event matches a pattern. */
export type Matches = (event: Json) => boolean;

/** One field of a pattern, or one choice among several (`$or`). */
type Condition = (value: Json | undefined, path: string, leaves: ReadonlySet<string>) => boolean;

/**
 * Compiles an EventBridge pattern, which rules, pipes and event source mappings share. Throws one sentence for a pattern that AWS
 * refuses. IP address ranges (`cidr`) are left out, and numbers are compared by value, where AWS compares their spelling.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compilePattern(text: string): Matches {
  const pattern = parseJson(text);
  if (!isObject(pattern)) throw new Error(`An event pattern is a JSON object, not ${text}.`);
  const condition = compileObject(pattern, "");
  return (event) => condition(event, "", leavesOf(event));
}

function compileObject(pattern: Record<string, Json>, at: string): Condition {
  const names = Object.keys(pattern);
  if (names.length === 0)
    throw new Error(`The event pattern is empty at '${at || "$"}'; name a field.`);
  const conditions = names.map((name) => {
    const part = pattern[name] ?? null;
    return name === "$or" && isChoice(part)
      ? compileChoice(part, at)
      : compileField(name, part, join(at, name));
  });
  const all: Condition = (value, path, leaves) =>
    conditions.every((condition) => condition(value, path, leaves));
  // All fields of a pattern must match within the same element of an array. An empty array counts as an absent field.
  return (value, path, leaves) =>
    Array.isArray(value) && value.length > 0
      ? value.some((element) => all(element, path, leaves))
      : all(value, path, leaves);
}

function compileField(name: string, pattern: Json, at: string): Condition {
  const condition = isObject(pattern) ? compileObject(pattern, at) : compileLeaf(pattern, at);
  return (value, path, leaves) =>
    condition(isObject(value) ? value[name] : undefined, join(path, name), leaves);
}

function compileLeaf(pattern: Json, at: string): Condition {
  if (!Array.isArray(pattern))
    throw new Error(`'${at}' of the event pattern must be an object or an array.`);
  if (pattern.length === 0) throw new Error(`'${at}' of the event pattern has no value to match.`);
  const matchers = pattern.map((alternative) => compileMatcher(alternative, at));
  const matches: Matcher["matches"] = (value) => matchers.some((matcher) => matcher.matches(value));
  const admitsAbsence = matchers.some((matcher) => matcher.absent);
  return (value, path, leaves) => {
    if (admitsAbsence && !leaves.has(path)) return true;
    return scalarsOf(value).some(matches);
  };
}

function compileChoice(choices: Record<string, Json>[], at: string): Condition {
  const conditions = choices.map((choice) => compileObject(choice, at));
  return (value, path, leaves) => conditions.some((condition) => condition(value, path, leaves));
}

/** Names of operators. An object that uses one is a value to match, so a `$or` above it is an ordinary field. */
const operators = new Set([
  "anything-but",
  "prefix",
  "suffix",
  "equals-ignore-case",
  "wildcard",
  "numeric",
  "exists",
  "cidr",
]);

const isChoice = (part: Json): part is Record<string, Json>[] =>
  Array.isArray(part) &&
  part.length >= 2 &&
  part.every((choice) => isObject(choice) && !Object.keys(choice).some((n) => operators.has(n)));

const join = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);

/** The values that are compared: the field itself, or each element of an array, including nested arrays. */
const scalarsOf = (value: Json | undefined): Json[] => {
  if (value === undefined || isObject(value)) return [];
  return Array.isArray(value) ? value.flatMap(scalarsOf) : [value];
};

/** Returns the paths of all fields that hold a value; `exists` considers no others. */
function leavesOf(value: Json, path = "", leaves = new Set<string>()): Set<string> {
  if (Array.isArray(value)) value.forEach((element) => leavesOf(element, path, leaves));
  else if (isObject(value))
    Object.entries(value).forEach(([name, part]) => leavesOf(part, join(path, name), leaves));
  else leaves.add(path);
  return leaves;
}
