import type { Conditions } from "./document";
import { lookUp, matchesTemplate, type Context } from "./pattern";

/** Compares one value of the request with one value of the policy. */
type Comparison = (given: string, wanted: string, context: Context) => boolean;

const numeric =
  (compare: (given: number, wanted: number) => boolean): Comparison =>
  (given, wanted) => {
    const [a, b] = [Number(given), Number(wanted)];
    return given.trim() !== "" && !Number.isNaN(a) && !Number.isNaN(b) && compare(a, b);
  };

const literally: Comparison = (given, wanted, context) =>
  matchesTemplate(
    wanted.replace(/[*?](?![^${]*\})/g, (wildcard) => `\${${wildcard}}`),
    given,
    context,
  );
const arnLike: Comparison = (given, wanted, context) =>
  given.split(":").length >= 6 && matchesTemplate(wanted, given, context);

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const comparisons: Record<string, Comparison> = {
  StringEquals: literally,
  StringEqualsIgnoreCase: (given, wanted, context) =>
    literally(given.toLowerCase(), wanted.toLowerCase(), context),
  StringLike: (given, wanted, context) => matchesTemplate(wanted, given, context),
  // AWS treats the two alike.
  ArnEquals: arnLike,
  ArnLike: arnLike,
  Bool: (given, wanted) => given.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: numeric((a, b) => a === b),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
};

/** Operators that hold when their opposite holds for none of the policy's values. */
const negations: Record<string, string> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
  NumericNotEquals: "NumericEquals",
};

/** True if every condition holds. An operator that is not known here throws: to skip it would widen or narrow in silence. */
export function conditionsHold(conditions: Conditions, context: Context): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(operator, lookUp(context, key), wanted, context),
    ),
  );
}

function holds(
  operator: string,
  given: string | string[] | undefined,
  wanted: string[],
  context: Context,
): boolean {
  const [, quantifier, name = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  if (name === "Null") return wanted.some((value) => (value === "true") === (given === undefined));

  const opposite = negations[name];
  const comparison = comparisons[opposite ?? name];
  if (!comparison)
    throw Object.assign(
      new Error(`Condition operator ${operator} is not known here; add it to iam/conditions.ts.`),
      {
        name: "PolicyDocumentError",
      },
    );
  const fitsOne = (value: string) => wanted.some((item) => comparison(value, item, context));
  const fits = opposite ? (value: string) => !fitsOne(value) : fitsOne;

  if (given === undefined)
    return (
      ifExists !== undefined ||
      quantifier === "ForAllValues" ||
      (opposite !== undefined && quantifier === undefined)
    );
  const values = Array.isArray(given) ? given : [given];
  return quantifier === "ForAllValues" ? values.every(fits) : values.some(fits);
}
