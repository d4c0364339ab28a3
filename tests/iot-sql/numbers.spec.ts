import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { match, messageOf, ruleOf, table, valueOf } from "./evaluation";

const text = (expression: string, payload: string): string => {
  const outcome = ruleOf(`SELECT ${expression} AS v FROM 'a'`).evaluate(
    messageOf(Buffer.from(payload)),
  );
  assert.ok(outcome.matched);
  return Buffer.from(outcome.payload).toString();
};

describe("iot-sql numbers", () => {
  describe("count in decimal digits (page iot-sql-data-types)", () => {
    table([
      ["0.1 + 0.2", 0.3],
      ["1.1 * 3", 3.3],
      ["4.35 * 100", 435],
      ["0.3 - 0.1", 0.2],
      ["5.3 % 0.1", 0],
      ["10 / 0.1", 100],
      ["2.5 / 3 * 3", 2.5],
      ["1.005 * 1000", 1005],
      ["trunc(1.005 * 1000, 0)", 1005],
      ["'x' + 1e300 * 1e300", "x1E+600"],
      ["1e600 * 1e600", undefined],
      ["0.1234567890123456789 + 1 = 1.1234567890123456789", true],
      ["0.1234567890123456789 = 0.1234567890123456788", false],
      ["0.1234567890123456789 > 0.1234567890123456788", true],
      ["1 / 3.0 * 3 = 1", false],
      ["mod(5.3, 0.1)", 0],
    ]);
  });

  describe("of whole numbers have 34 digits", () => {
    const id = "12345678901234567890123456789012";
    const rows: readonly [expression: string, value: string][] = [
      ["id", id],
      ["-id", `-${id}`],
      ["id + 1", "12345678901234567890123456789013"],
      ["id - id", "0"],
      ["id * 10", `${id}0`],
      ["id * 1000", `${id}000`],
      ["id * 1000000000", "1.2345678901234567890123456789012e+40"],
      ["id / 2", "6172839450617283945061728394506"],
      ["id / 0", ""],
      ["id % 7", String(BigInt(id) % 7n)],
      ["id / 0.5", "24691357802469135780246913578024"],
      ["'12345678901234567890' * 1", "12345678901234567890"],
      ["9007199254740993", "9007199254740993"],
      ["9007199254740993 - 1", "9007199254740992"],
      ["9007199254740991 + 2", "9007199254740993"],
      ["9007199254740993 - 9007199254740992", "1"],
      ["id = id", "true"],
      ["id = id + 1", "false"],
      ["id + 1 > id", "true"],
      ["id > 1.5", "true"],
      ["100000000000000000000 = 1e20", "true"],
      ["[id, {'a': id}]", `[${id},{"a":${id}}]`],
      ["'x' + id", `"x${id}"`],
      ["cast(id AS String)", `"${id}"`],
      ["cast(id AS Int)", id],
      ["cast(id AS Boolean)", "true"],
      ["abs(-id)", id],
      ["floor(id)", id],
      ["ceil(id)", id],
      ["round(id)", id],
      ["sign(-id)", "-1"],
      ["trunc(id, 2)", id],
      ["bitand(id, 255)", String(BigInt(id) & 255n)],
      ["bitxor(id, id)", "0"],
      ["bitnot(id)", `-${BigInt(id) + 1n}`],
      ["id IN [1, id]", "true"],
      ["get([1], id)", ""],
      ["substring('abc', id)", '""'],
      ["sqrt(id) > 1", "true"],
      ["encode(id, 'base64')", `"${Buffer.from(id).toString("base64")}"`],
    ];
    for (const [expression, value] of rows) {
      it(`${expression} is ${value || "Undefined"}`, () => {
        const expected = value === "" ? "{}" : `{"v":${value}}`;
        assert.equal(text(expression, `{"id":${id}}`), expected);
      });
    }

    it("and no literal has more", () => {
      assert.equal(text(`${"9".repeat(34)}`, "{}"), `{"v":${"9".repeat(34)}}`);
      assert.throws(
        () => ruleOf(`SELECT ${"9".repeat(35)} AS v FROM 'a'`),
        /use at most 34 digits/,
      );
    });

    it("and show as JavaScript's numbers in the output", () => {
      const rule = ruleOf("SELECT *, 1 AS one FROM 'a'");
      const outcome = rule.evaluate(messageOf(Buffer.from('{"id":12345678901234567890}')));
      assert.deepEqual(outcome, {
        ...match({ id: 12345678901234567890, one: 1 }),
        payload: Buffer.from('{"id":12345678901234567890,"one":1}'),
      });
    });
  });

  it("add, subtract, multiply, divide and compare like BigInt, whatever their size", () => {
    const whole = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n });
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const payload = `{"a":${a},"b":${b}}`;
        const is = (expression: string, value: unknown): void =>
          assert.equal(text(expression, payload), `{"v":${String(value)}}`);
        is("a + b", a + b);
        is("a - b", a - b);
        is("a * b", a * b);
        is("a < b", a < b);
        is("a = b", a === b);
        is("bitor(a, b)", a | b);
        if (b !== 0n) is("a / b", a / b);
        if (b !== 0n) is("a % b", a % b);
      }),
    );
  });

  it("are the same number however written", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (a) => {
        const shown = valueOf("a * 1", { a });
        assert.equal(shown, a + 0);
      }),
    );
  });
});
