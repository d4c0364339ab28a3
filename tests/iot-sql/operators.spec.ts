import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { table, valueOf } from "./evaluation";

describe("iot-sql operators", () => {
  describe("AND, OR and NOT", () => {
    table([
      ["true AND true", true],
      ["true AND false", false],
      ["false OR true", true],
      ["false OR false", false],
      ["'TRUE' AND 'true'", true],
      ["'False' OR false", false],
      ["true OR missing", true],
      ["false AND missing", false],
      ["missing OR true", true],
      ["true AND 1", undefined],
      ["true AND 'yes'", undefined],
      ["true AND null", undefined],
      ["NOT true", false],
      ["NOT 'false'", true],
      ["NOT missing", undefined],
      ["NOT (missing = 1)", undefined],
      ["NOT 0", undefined],
      ["NOT null", undefined],
    ]);
  });

  describe("< <= > >=", () => {
    table([
      ["1 < 2", true],
      ["2 < 1", false],
      ["2 <= 2", true],
      ["3 > 2.5", true],
      ["2 >= 3", false],
      ["'5' > 3", true],
      ["'10' > '9'", true],
      ["'abc' > 'abb'", undefined],
      ["true > 0", undefined],
      ["null < 1", undefined],
      ["missing < 1", undefined],
      ["1 >= missing", undefined],
      ["[2] > 1", undefined],
    ]);
  });

  describe("= and <>", () => {
    table([
      ["1 = 1.0", true],
      ["1 = 2", false],
      ["'5' = 5", false],
      ["'5' <> 5", true],
      ["true = 'true'", false],
      ["'a' = 'a'", true],
      ["'a' <> 'a'", false],
      ["'A' = 'a'", false],
      ["null = null", true],
      ["null <> null", false],
      ["null = 0", false],
      ["missing = 1", undefined],
      ["missing <> 'x'", undefined],
      ["1 <> missing", undefined],
      ["missing = missing", undefined],
      ["[1, 2] = [1, 2]", true],
      ["[1, 2] = [2, 1]", false],
      ["[1] = [1, 2]", false],
      ["[1] = 1", false],
      ["[] = {}", false],
      ["{'a': 1, 'b': [2]} = {'b': [2], 'a': 1}", true],
      ["{'a': 1} <> {'a': 2}", true],
      ["{'a': 1} = {'b': 1}", false],
      ["{'a': 1} = {'a': 1, 'b': 2}", false],
      ["{'a': 1} = null", false],
      ["{'a': 1} = [1]", false],
      ["a = b", false, { a: { toString: 1 }, b: { valueOf: 1 } }],
    ]);
  });

  describe("+", () => {
    table([
      ["1 + 2", 3],
      ["1.5 + 2", 3.5],
      ["'5' + 3", "53"],
      ["3 + '5'", "35"],
      ["'a' + 'b'", "ab"],
      ["'is ' + true", "is true"],
      ["'x' + 1e-7", "x1E-7"],
      ["'x' + 1e300", "x1E+300"],
      ["'x' + 1e22", "x10000000000000000000000"],
      ["'x' + [1, 'a', null]", 'x[1,"a",null]'],
      ["{'a': 1} + ''", '{"a":1}'],
      ["'x' + null", undefined],
      ["'x' + missing", undefined],
      ["missing + 'x'", undefined],
      ["1 + true", undefined],
      ["1 + null", undefined],
      ["1 + missing", undefined],
      ["[1] + [2]", undefined],
      ["'x' + (a + a)", "x3.4E+308", { a: 1.7e308 }],
      ["9e999 + 9e999", undefined],
    ]);
  });

  describe("- * / %", () => {
    table([
      ["5 - 3", 2],
      ["'5' - 3", 2],
      ["'5' - '-2.5'", 7.5],
      ["'5E-1' * 2", 1],
      ["' 5' - 3", undefined],
      ["'+5' - 3", undefined],
      ["'0x10' - 1", undefined],
      ["'5.' - 3", undefined],
      ["'' * 1", undefined],
      ["'1E1000' * 1", undefined],
      ["'x' + '1E999' * 1", "x1E+999"],
      ["true * 1", undefined],
      ["null - 1", undefined],
      ["[1] * 1", undefined],
      ["missing * 1", undefined],
      ["1 / missing", undefined],
      ["2 * 3", 6],
      ["'x' + a * 10", "x1E+309", { a: 1e308 }],
      ["1e999 * 10", undefined],
      ["1e-999 / 10", 0],
      ["7 / 2", 3],
      ["-7 / 2", -3],
      ["7.0 / 2", 3],
      ["7 / 2.5", 2.8],
      ["'7' / 2", 3.5],
      ["6 / '4'", 1.5],
      ["1 / 0", undefined],
      ["0 / 0", undefined],
      ["1.5 / 0", undefined],
      ["7 % 3", 1],
      ["-7 % 3", -1],
      ["5.5 % 2", 1.5],
      ["'7' % 4", 3],
      ["7 % 0", undefined],
      ["(50 - 32) * 5 / 9", 10],
      ["9007199254740991 / 2", 4503599627370495],
      ["-a", -5, { a: 5 }],
      ["-a", -5, { a: "5" }],
      ["- -a", 5, { a: 5 }],
      ["-a", undefined, { a: true }],
      ["-a", undefined],
      ["-a * 2 + 1", -9, { a: 5 }],
    ]);

    it("never gives a negative zero, which decimals do not have", () => {
      for (const expression of ["-0", "0 * -5", "ceil(-0.5)", "round(-0.4)", "'-0' * 1"]) {
        assert.ok(Object.is(valueOf(expression), 0), expression);
      }
    });
  });

  describe("precedence", () => {
    table([
      ["true OR false AND false", true],
      ["(true OR false) AND false", false],
      ["NOT true OR true", true],
      ["NOT 1 = 2", true],
      ["NOT NOT true", true],
      ["true AND NOT false", true],
      ["1 + 2 * 3", 7],
      ["10 - 4 - 3", 3],
      ["100 / 10 / 5", 2],
      ["2 * 7 % 4", 2],
      ["1 + 1 = 2", true],
      ["1 < 2 AND 3 > 2", true],
      ["(1 < 2) = true", true],
      ["2 - -3", 5],
      ["-2 * -3", 6],
      ["(((7)))", 7],
    ]);

    interface Rendered {
      text: string;
      value: number;
      power: number;
    }
    const group = (part: Rendered, least: number): string =>
      part.power < least ? `(${part.text})` : part.text;
    const join = (sign: "+" | "-" | "*", left: Rendered, right: Rendered): Rendered => {
      const power = sign === "*" ? 2 : 1;
      const [a, b] = [left.value, right.value];
      const value = (sign === "+" ? a + b : sign === "-" ? a - b : a * b) + 0;
      return { text: `${group(left, power)} ${sign} ${group(right, power + 1)}`, value, power };
    };
    const { tree } = fc.letrec<{ tree: Rendered }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.nat(20).map((value): Rendered => ({ text: String(value), value, power: 3 })),
        fc
          .tuple(
            fc.constantFrom("+" as const, "-" as const, "*" as const),
            tie("tree"),
            tie("tree"),
          )
          .map(([sign, left, right]) => join(sign, left, right)),
      ),
    }));

    it("reads sums and products with as few parentheses as arithmetic needs", () => {
      fc.assert(
        fc.property(tree, ({ text, value }) => {
          fc.pre(Number.isSafeInteger(value));
          assert.equal(valueOf(text), value);
        }),
      );
    });
  });

  it("compares any two JSON values as equal exactly if they are the same JSON", () => {
    const json = fc
      .jsonValue({ maxDepth: 3 })
      .map((value): unknown => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(json, json, (a: unknown, b: unknown) => {
        const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        assert.equal(valueOf("a = b", { a, b }), same);
        assert.equal(valueOf("a <> b", { a, b }), !same);
        assert.equal(valueOf("a = c", { a, c: JSON.parse(JSON.stringify(a)) as unknown }), true);
      }),
    );
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const names = Object.keys(value).sort();
  return names
    .map((name) => [name, sorted((value as Record<string, unknown>)[name])])
    .concat([["object", true]]);
}
