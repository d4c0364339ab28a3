import * as assert from "node:assert/strict";
import { valueOf } from "./evaluation";

// One value of each type of page iot-sql-data-types, and of each kind of String that converts.
const VALUES = {
  Int: 6,
  Decimal: 2.5,
  "numeric String": "4",
  "boolean String": "True",
  String: "abc",
  Boolean: true,
  Array: [1],
  Object: { a: 1 },
  Null: null,
  Undefined: undefined,
} as const;
type Kind = keyof typeof VALUES;
const KINDS = Object.keys(VALUES) as Kind[];

const NUMBERS: readonly Kind[] = ["Int", "Decimal", "numeric String"];
const BOOLEANS: readonly Kind[] = ["Boolean", "boolean String"];
const STRINGS: readonly Kind[] = ["numeric String", "boolean String", "String"];
const number = (kind: Kind): number => Number(VALUES[kind]);
const text = (kind: Kind): string => {
  const value = VALUES[kind];
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

type Expected = (left: Kind, right: Kind) => unknown;
const both =
  (kinds: readonly Kind[], decide: Expected): Expected =>
  (left, right) =>
    kinds.includes(left) && kinds.includes(right) ? decide(left, right) : undefined;
const arithmetic = (compute: (left: number, right: number) => unknown): Expected =>
  both(NUMBERS, (left, right) => compute(number(left), number(right)));
const equality =
  (equal: boolean): Expected =>
  (left, right) =>
    left === "Undefined" || right === "Undefined" ? undefined : (left === right) === equal;

/** What page iot-sql-operators says of each operator for each pair of types. */
const OPERATORS: Readonly<Record<string, Expected>> = {
  AND: both(BOOLEANS, () => true),
  // Every Boolean here is true, which decides alone; tests/iot-sql/logic.spec.ts has false.
  OR: (left, right) => (BOOLEANS.includes(left) || BOOLEANS.includes(right) ? true : undefined),
  "<": arithmetic((left, right) => left < right),
  "<=": arithmetic((left, right) => left <= right),
  ">": arithmetic((left, right) => left > right),
  ">=": arithmetic((left, right) => left >= right),
  "=": equality(true),
  "<>": equality(false),
  "+": (left, right) => {
    const none = ["Null", "Undefined"];
    if (STRINGS.includes(left) || STRINGS.includes(right)) {
      return none.includes(left) || none.includes(right) ? undefined : text(left) + text(right);
    }
    return both(["Int", "Decimal"], () => number(left) + number(right))(left, right);
  },
  "-": arithmetic((left, right) => left - right),
  "*": arithmetic((left, right) => left * right),
  // 6 / 6 is the only pair of Ints; the rest are Decimals.
  "/": arithmetic((left, right) => left / right),
  "%": arithmetic((left, right) => left % right),
  IN: (left, right) => (left === "Undefined" || right !== "Array" ? undefined : false),
};

describe("iot-sql conversions for every pair of types (page iot-sql-operators)", () => {
  for (const [operator, expected] of Object.entries(OPERATORS)) {
    for (const left of KINDS) {
      it(`${left} ${operator} each of the ten`, () => {
        const seen = KINDS.map((right) => {
          const payload = { left: VALUES[left], right: VALUES[right] };
          return [right, valueOf(`left ${operator} right`, payload)];
        });
        assert.deepEqual(
          seen,
          KINDS.map((right) => [right, expected(left, right)]),
        );
      });
    }
  }

  it("NOT and minus, of each of the ten", () => {
    const of = (operator: string): unknown[] =>
      KINDS.map((kind) => valueOf(`${operator} a`, { a: VALUES[kind] }));
    const none = undefined;
    assert.deepEqual(of("NOT"), [none, none, none, false, none, false, none, none, none, none]);
    assert.deepEqual(of("-"), [-6, -2.5, -4, none, none, none, none, none, none, none]);
  });

  describe("to each type by cast (page iot-sql-functions, cast)", () => {
    const none = undefined;
    const rows: readonly [type: string, values: readonly unknown[]][] = [
      ["Decimal", [6, 2.5, 4, none, none, 1, none, none, none, none]],
      ["Double", [6, 2.5, 4, none, none, 1, none, none, none, none]],
      ["Int", [6, 2, 4, none, none, 1, none, none, none, none]],
      ["Integer", [6, 2, 4, none, none, 1, none, none, none, none]],
      ["Boolean", [true, true, none, true, none, true, none, none, none, none]],
      ["Bool", [true, true, none, true, none, true, none, none, none, none]],
      ["String", ["6", "2.5", "4", "True", "abc", "true", "[1]", '{"a":1}', none, none]],
    ];
    for (const [type, values] of rows) {
      it(`${type}`, () => {
        const seen = KINDS.map((kind) => valueOf(`cast(a AS ${type})`, { a: VALUES[kind] }));
        assert.deepEqual(seen, values);
      });
    }
  });
});
