import type { BinaryOperator } from "./ast";

/**
 * How tightly operators bind. AWS publishes no order; this is that of ANSI SQL, to which page
 * `iot-sql-select` refers.
 */
export const POWER = {
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  sum: 5,
  product: 6,
  minus: 7,
} as const;

/** The operators between two operands, by keyword in upper case or symbol. */
export const INFIX: ReadonlyMap<string, { operator: BinaryOperator; power: number }> = new Map(
  (
    [
      ["OR", POWER.or],
      ["AND", POWER.and],
      ["IN", POWER.comparison],
      ["=", POWER.comparison],
      ["<>", POWER.comparison],
      ["<", POWER.comparison],
      ["<=", POWER.comparison],
      [">", POWER.comparison],
      [">=", POWER.comparison],
      ["+", POWER.sum],
      ["-", POWER.sum],
      ["*", POWER.product],
      ["/", POWER.product],
      ["%", POWER.product],
    ] as const
  ).map(([operator, power]) => [operator, { operator, power }]),
);

/** What other SQL dialects write between or after operands, and what to write instead. */
export const FOREIGN_INFIX: ReadonlyMap<string, string> = new Map([
  ["LIKE", "LIKE is not an operator of AWS IoT SQL; use regexp_matches, startswith or endswith"],
  ["BETWEEN", "BETWEEN is not an operator of AWS IoT SQL; write a >= low AND a <= high"],
  ["IS", "IS NULL is not AWS IoT SQL; use isNull(value) or isUndefined(value)"],
  ["NOT", "NOT IN, NOT LIKE and NOT BETWEEN are not supported; put NOT before the whole condition"],
  ["[", "elements are not read by '[index]'; use get(array, index)"],
]);
