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
  const patterns = inArnParts(readTemplate(wanted, variables) ?? []);
  if (parts.length < 6 || patterns.length < 6) return false;
  const whole = [...parts.slice(0, 5), parts.slice(5).join(":")];
  return whole.every((part, index) => fits(patterns[index] as Token[], part));
};

function inArnParts(tokens: Token[]): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of tokens)
    if (token === ":" && parts.length < 6) parts.push([]);
    else parts[parts.length - 1]?.push(token);
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

interface Operator {
  name: string;
  quantifier?: string;
  ifExists: boolean;
  negated: boolean;
  compare: Comparison;
}

/**
 * True if every condition holds. An operator that is not known here throws, whatever the others say: to skip it would widen or
 * narrow the statement in silence.
 */
export function conditionsHold(conditions: Conditions, surroundings: Surroundings): boolean {
  const read = Object.entries(conditions).map(
    ([operator, keys]) => [readOperator(operator), Object.entries(keys)] as const,
  );
  return read.every(([operator, keys]) =>
    keys.every(([key, wanted]) => holds(operator, key, wanted, surroundings)),
  );
}

function readOperator(operator: string): Operator {
  const [, quantifier, name = "", suffix] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (operator === "Null") return { name, ifExists: false, negated: false, compare: () => false };
  const compare = comparisons.get(opposites.get(name) ?? name);
  if (!compare)
    throw documentError(
      `Condition operator ${operator} is not evaluated here; add it to iam/conditions.ts or write the condition with another.`,
    );
  return {
    name,
    quantifier,
    ifExists: suffix !== undefined,
    negated: opposites.has(name),
    compare,
  };
}

function holds(
  { name, quantifier, ifExists, negated, compare }: Operator,
  key: string,
  wanted: string[],
  { context, variables }: Surroundings,
): boolean {
  const given = lookUp(context, key);
  if (name === "Null")
    return wanted.some((absent) => (absent === "true") === (given === undefined));
  // What the request lacks satisfies "all of its values", and differs from every value.
  if (given === undefined)
    return ifExists || quantifier === "ForAllValues" || (negated && quantifier === undefined);

  const values = Array.isArray(given) ? given : [given];
  const equals = (value: string) => wanted.some((item) => compare(value, item, variables));
  const fitting = (value: string) => equals(value) !== negated;
  if (quantifier === "ForAllValues") return values.every(fitting);
  if (quantifier === "ForAnyValue") return values.some(fitting);
  return values.some(equals) !== negated;
}
