import * as assert from "node:assert/strict";
import { match, messageOf, refusalOf, ruleOf } from "./evaluation";

const evaluate = (sql: string, payload: unknown): unknown =>
  ruleOf(sql).evaluate(messageOf(payload));

describe("iot-sql SET (page iot-sql-set)", () => {
  it("keeps expressions for SELECT, WHERE and other variables", () => {
    const sql =
      "SET @a = n * 2, @b = {'twice': @a}, @c = [@a, @b.twice] SELECT @a AS a, @b, @c AS c FROM 'a' WHERE @a > 2";
    assert.equal(
      refusalOf(sql),
      "Line 1, column 73: An item that is neither an attribute nor a function needs a name; add AS <name>.",
    );
    const named = sql.replace("@b,", "@b AS b,");
    assert.deepEqual(evaluate(named, { n: 3 }), match({ a: 6, b: { twice: 6 }, c: [6, 6] }));
    assert.deepEqual(evaluate(named, { n: 1 }), { matched: false });
  });

  it("evaluates a variable once a message, when it is first needed", () => {
    const sql = "SET @id = newuuid(), @big = [x, x] SELECT @id = @id AS same FROM 'a' WHERE true";
    assert.deepEqual(evaluate(sql, { x: "x".repeat(100_000) }), match({ same: true }));
  });

  it("keeps Undefined too", () => {
    const sql = "SET @a = missing SELECT @a AS a, isUndefined(@a) AS b FROM 'a'";
    assert.deepEqual(evaluate(sql, {}), match({ b: true }));
  });

  it("is Undefined in whole for a payload that is not JSON", () => {
    const sql = "SET @all = * SELECT isUndefined(@all) AS b FROM 'a'";
    assert.deepEqual(evaluate(sql, Buffer.from([0xff])), {
      ...match({ b: true }),
      error: { kind: "payload", message: "The payload is not JSON." },
    });
  });

  it("holds 128 KiB in all variables together", () => {
    const sql = "SET @a = a, @b = a SELECT length(@a) AS a, length(@b) AS b FROM 'a'";
    const half = 64 * 1024 - 2;
    assert.deepEqual(evaluate(sql, { a: "x".repeat(half) }), match({ a: half, b: half }));
    assert.deepEqual(evaluate(sql, { a: "x".repeat(half + 1) }), {
      matched: false,
      error: { kind: "evaluation", message: "With @b, the variables hold more than 128 KiB." },
    });
  });

  describe("is refused", () => {
    const rows: readonly [sql: string, refusal: string][] = [
      ["SET a = 1 SELECT a", "Line 1, column 5: Expected a variable such as @name, found 'a'."],
      ["SET @a 1 SELECT a", "Line 1, column 8: Expected '=' after the variable, found '1'."],
      [
        "SET @a = 1, SELECT a",
        "Line 1, column 13: Expected a variable such as @name, found 'SELECT'.",
      ],
      [
        "SET @a = 1",
        "Line 1, column 11: Expected 'SELECT' after SET, found the end of the statement.",
      ],
      [
        "SET @a = 1 SET @b = 2 SELECT a",
        "Line 1, column 12: Expected 'SELECT' after SET, found 'SET'.",
      ],
      [
        "SELECT a SET @a = 1",
        "Line 1, column 10: Expected 'FROM' or ',' after an item of SELECT, found 'SET'.",
      ],
      ["SELECT @@a AS b", "Line 1, column 8: A variable has one '@'; remove the other."],
      ["SELECT @ AS b", "Line 1, column 8: The character '@' is not part of AWS IoT SQL."],
      ["SELECT a AS @b", "Line 1, column 13: Expected a name after AS, found '@b'."],
    ];
    for (const [sql, refusal] of rows) {
      it(`${sql}: ${refusal}`, () => {
        assert.equal(refusalOf(sql), refusal);
      });
    }
  });
});
