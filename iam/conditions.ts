import type { Conditions } from "./document";
import { documentError } from "./document-error";
import { fits, lookUp, readTemplate, type Context, type Token } from "./pattern";

/** A request's keys, and what policy variables are replaced from; the latter is missing in documents that have no variables. */
export interface Surroundings {
  context: Context;
  variables: Context | undefined;
}

/** Compares one value of the request with one value of the policy. */
type Comparison = (given: string, wanted: string, variables: Context | undefined) => boolean;

const text =
  (wildcards: boolean, fold: (text: string) => string = (same) => same): Comparison =>
  (given, wanted, variables) => {
    const tokens = readTemplate(wanted, variables, wildcards);
    // Character by character on both sides: a fold may lengthen one, or depend on its neighbours.
    const folded = (token: Token): Token[] =>
      typeof token === "string" ? [...fold(token)] : [token];
    return tokens !== undefined && fits(tokens.flatMap(folded), [...given].map(fold).join(""));
  };

/** Each of an ARN's six parts is matched by itself, so a `*` for the region cannot swallow the account. */
const arn: Comparison = (given, wanted, variables) => {
  const parts = given.split(":");
  const tokens = readTemplate(wanted, variables);
  const patterns = tokens && inArnParts(tokens);
  if (parts.length < 6 || patterns?.length !== 6) return false;
  const whole = [...parts.slice(0, 5), parts.slice(5).join(":")];
  return patterns.every((pattern, index) => fits(pattern, whole[index] as string));
};

/** Six at most: the resource, which is the last, may hold colons. */
function inArnParts(tokens: Token[]): Token[][] {
  let part: Token[] = [];
  const parts = [part];
  for (const token of tokens)
    if (token === ":" && parts.length < 6) parts.push((part = []));
    else part.push(token);
  return parts;
}

const number =
  (compare: (given: number, wanted: number) => boolean): Comparison =>
  (given, wanted) => {
    const isNumber = (text: string) => text.trim() !== "" && !Number.isNaN(Number(text));
    return isNumber(given) && isNumber(wanted) && compare(Number(given), Number(wanted));
  };

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const comparisons = new Map<string, Comparison>([
  ["StringEquals", text(false)],
  ["StringEqualsIgnoreCase", text(false, (mixed) => mixed.toLowerCase())],
  ["StringLike", text(true)],
  // AWS treats the two alike.
  ["ArnEquals", arn],
  ["ArnLike", arn],
  ["Bool", (given, wanted) => given.toLowerCase() === wanted.toLowerCase()],
  ["NumericEquals", number((a, b) => a === b)],
  ["NumericLessThan", number((a, b) => a < b)],
  ["NumericLessThanEquals", number((a, b) => a <= b)],
  ["NumericGreaterThan", number((a, b) => a > b)],
  ["NumericGreaterThanEquals", number((a, b) => a >= b)],
]);

/** Operators that hold when their opposite holds for none of the policy's values. */
const opposites = new Map([
  ["StringNotEquals", "StringEquals"],
  ["StringNotEqualsIgnoreCase", "StringEqualsIgnoreCase"],
  ["StringNotLike", "StringLike"],
  ["ArnNotEquals", "ArnEquals"],
  ["ArnNotLike", "ArnLike"],
  ["NumericNotEquals", "NumericEquals"],
]);

/** Whether a condition on one key holds. */
type Test = (key: string, wanted: string[], surroundings: Surroundings) => boolean;

/**
 * True if every condition holds. An operator that is not known here throws, whatever the others say: to skip it would widen or
 * narrow the statement in silence.
 */
export function conditionsHold(conditions: Conditions, surroundings: Surroundings): boolean {
  const read = Object.entries(conditions).map(
    ([operator, keys]) => [testFor(operator), Object.entries(keys)] as const,
  );
  return read.every(([test, keys]) =>
    keys.every(([key, wanted]) => test(key, wanted, surroundings)),
  );
}

const isAbsent: Test = (key, wanted, { context }) =>
  wanted.some((absent) => (absent === "true") === (lookUp(context, key) === undefined));

function testFor(operator: string): Test {
  if (operator === "Null") return isAbsent;
  const { quantifier, name, suffix } =
    /^(?:(?<quantifier>ForAllValues|ForAnyValue):)?(?<name>\w+?)(?<suffix>IfExists)?$/.exec(
      operator,
    )?.groups ?? {};
  const compare = name && comparisons.get(opposites.get(name) ?? name);
  if (!compare)
    throw documentError(
      `Condition operator ${operator} is not evaluated here; add it to iam/conditions.ts or write the condition with another.`,
    );
  const negated = opposites.has(name);
  // What the request lacks satisfies "all of its values", and differs from every value.
  const withoutKey =
    suffix !== undefined || quantifier === "ForAllValues" || (negated && quantifier === undefined);
  return (key, wanted, { context, variables }) => {
    const given = lookUp(context, key);
    if (given === undefined) return withoutKey;
    const values = Array.isArray(given) ? given : [given];
    const equals = (value: string) => wanted.some((item) => compare(value, item, variables));
    const fitting = (value: string) => equals(value) !== negated;
    if (quantifier === "ForAllValues") return values.every(fitting);
    if (quantifier === "ForAnyValue") return values.some(fitting);
    return values.some(equals) !== negated;
  };
}
