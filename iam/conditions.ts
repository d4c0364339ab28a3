import { comparisons, opposites, truthFault, type Comparison } from "./comparisons";
import type { Conditions } from "./document";
import { lookUp, type Context } from "./pattern";

/** A request's keys, and the values of policy variables; the latter are missing for documents that have no variables. */
export interface Surroundings {
  context: Context;
  variables: Context | undefined;
}

/** Why a condition cannot be evaluated: its operator, and a sentence. */
export interface ConditionFault {
  operator: string;
  reason: string;
}

/** Whether a condition on one key holds. */
type Test = (key: string, wanted: string[], surroundings: Surroundings) => boolean;

interface Operator {
  test: Test;
  /** What the policy's value has to be, if this one cannot be compared. */
  fault?(wanted: string): string | undefined;
}

/**
 * True if every condition holds. The conditions must have no fault (`conditionFaults`): a condition that is skipped would widen or
 * narrow its statement without notice.
 */
export const conditionsHold = (conditions: Conditions, surroundings: Surroundings): boolean =>
  Object.entries(conditions).every(([name, keys]) => {
    const { test } = operators.get(name) as Operator;
    return Object.entries(keys).every(([key, wanted]) => test(key, wanted, surroundings));
  });

/** Every condition that cannot be evaluated: an operator that IAM does not have, or a value that it cannot compare. */
export function conditionFaults(conditions: Conditions): ConditionFault[] {
  return Object.entries(conditions).flatMap(([name, keys]) => {
    const operator = operators.get(name);
    if (!operator)
      return [
        {
          operator: name,
          reason: `the condition operator ${name} is not one of IAM's; correct its name`,
        },
      ];
    return Object.entries(keys).flatMap(([key, wanted]) =>
      wanted.flatMap((value) => {
        const needed = operator.fault?.(value);
        if (needed === undefined) return [];
        const reason = `${name} cannot compare ${key} with ${JSON.stringify(value)}; write ${needed}`;
        return [{ operator: name, reason }];
      }),
    );
  });
}

const isAbsent: Test = (key, wanted, { context }) =>
  wanted.some((absent) => (absent.toLowerCase() === "true") === isNone(lookUp(context, key)));

/**
 * Whether a key has no value. `Null` counts an empty one as none, and so does ForAllValues, which then holds.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
const isNone = (given: string | string[] | undefined): boolean =>
  given === undefined || given.length === 0;

type Quantifier = "ForAllValues" | "ForAnyValue" | undefined;

const quantifiers: readonly Quantifier[] = [undefined, "ForAllValues", "ForAnyValue"];

/** Every operator that IAM has, by its whole name. */
const operators: ReadonlyMap<string, Operator> = new Map([
  ["Null", { test: isAbsent, fault: truthFault }],
  ...[...comparisons.keys(), ...opposites.keys()].flatMap((name) =>
    quantifiers.flatMap((quantifier) =>
      ["", "IfExists"].map((suffix): [string, Operator] => [
        `${quantifier ? `${quantifier}:` : ""}${name}${suffix}`,
        operatorOf(quantifier, name, suffix !== ""),
      ]),
    ),
  ),
]);

function operatorOf(quantifier: Quantifier, name: string, ifExists: boolean): Operator {
  const comparison = comparisons.get(opposites.get(name) ?? name) as Comparison;
  const negated = opposites.has(name);
  // What the request lacks satisfies "all of its values", and differs from every value.
  const withoutKey =
    ifExists || quantifier === "ForAllValues" || (negated && quantifier === undefined);
  const test: Test = (key, wanted, { context, variables }) => {
    const given = lookUp(context, key);
    if (given === undefined) return withoutKey;
    if (quantifier === "ForAllValues" && isNone(given)) return true;
    const values = Array.isArray(given) ? given : [given];
    const equals = (value: string) =>
      wanted.some((item) => comparison.holds(value, item, variables));
    const fitting = (value: string) => equals(value) !== negated;
    if (quantifier === "ForAllValues") return values.every(fitting);
    if (quantifier === "ForAnyValue") return values.some(fitting);
    return values.some(equals) !== negated;
  };
  return { test, ...(comparison.fault && { fault: comparison.fault }) };
}
