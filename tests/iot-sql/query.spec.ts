import * as assert from "node:assert/strict";
import { match, messageOf, refusalOf, ruleOf, table, valueOf } from "./evaluation";

const list = { e: [{ n: 1, v: "a" }, { n: 2 }, 3, null, [{ n: 4 }]] };

describe("iot-sql nested SELECT", () => {
  describe("over an array", () => {
    table([
      ["(SELECT n FROM e)", [{ n: 1 }, { n: 2 }, {}, {}, {}], list],
      ["(SELECT VALUE n FROM e)", [1, 2], list],
      ["(SELECT * FROM e)", list.e, list],
      ["(SELECT VALUE * FROM e)", list.e, list],
      ["(SELECT *, 1 AS x FROM e WHERE n > 1)", [{ n: 2, x: 1 }], list],
      ["(SELECT n AS a.b, v FROM e WHERE n = 1)", [{ a: { b: 1 }, v: "a" }], list],
      ["(SELECT n FROM e WHERE n > 9)", [], list],
      ["(SELECT VALUE x FROM e AS x WHERE x > 2)", [3], list],
      ["(SELECT x.v AS w FROM e AS x WHERE x.n = 1)", [{ w: "a" }], list],
      ["get((SELECT VALUE n FROM e), 1)", 2, list],
      ["(SELECT *, 5 AS x FROM e WHERE isUndefined(n))", [{ x: 5 }, { x: 5 }, { x: 5 }], list],
      ["(SELECT VALUE n FROM [{'n': 5}, {'n': missing}])", [5]],
    ]);
  });

  describe("over an object", () => {
    table([
      ["(SELECT a, b FROM o)", { a: 1 }, { o: { a: 1, c: 2 } }],
      ["(SELECT VALUE a FROM o)", 1, { o: { a: 1 } }],
      ["(SELECT VALUE c FROM o.p)", 3, { o: { p: { c: 3 } } }],
      ["(SELECT a FROM o WHERE a = 2)", undefined, { o: { a: 1 } }],
      ["(SELECT * FROM *)", [{ a: 1 }], { a: 1 }],
      ["(SELECT VALUE a FROM * WHERE a = 2)", [], { a: 1 }],
      ["(SELECT VALUE a FROM *)", [1, 2], [{ a: 1 }, { a: 2 }]],
    ]);
  });

  describe("over anything else", () => {
    table([
      ["(SELECT a FROM o)", undefined, { o: 1 }],
      ["(SELECT a FROM o)", undefined, { o: "text" }],
      ["(SELECT a FROM o)", undefined, { o: null }],
      ["(SELECT a FROM missing)", undefined],
    ]);
  });

  describe("sees", () => {
    table([
      // Names are the row's own: an attribute of the message could not be distinguished from a missing one.
      ["(SELECT v FROM e)", [{}], { v: 9, e: [{ n: 1 }] }],
      ["(SELECT *, topic(2) AS d FROM e)", [{ n: 1, d: "d1" }], { e: [{ n: 1 }] }],
      [
        "(SELECT VALUE (SELECT VALUE x FROM y) FROM e)",
        [[1, 2]],
        { e: [{ y: [{ x: 1 }, { x: 2 }] }] },
      ],
      ["(SELECT VALUE encode(*, 'base64') FROM e)", ["eyJuIjoxfQ=="], { e: [{ n: 1 }] }],
      ["(SELECT VALUE * FROM get(e, 0))", [1], { e: [[1], [2]] }],
    ]);

    it("the message by variables of SET (page iot-sql-set)", () => {
      const rule = ruleOf("SET @more = add SELECT (SELECT VALUE n + @more FROM e) AS v FROM 'a'");
      const outcome = rule.evaluate(messageOf({ add: 10, e: [{ n: 1, add: 0 }, { n: 2 }] }));
      assert.deepEqual(outcome, match({ v: [11, 12] }));
    });
  });

  describe("EXISTS", () => {
    table([
      ["EXISTS (SELECT * FROM e WHERE n = 2)", true, list],
      ["EXISTS (SELECT n FROM e WHERE n = 9)", false, list],
      ["EXISTS (SELECT VALUE missing FROM e)", true, list],
      ["EXISTS (SELECT * FROM missing)", false],
      ["EXISTS (SELECT * FROM o)", true, { o: {} }],
      ["NOT EXISTS (SELECT * FROM o WHERE a = 1)", true, { o: {} }],
    ]);
  });

  it("reads up to 100,000 rows for one message", () => {
    const e = Array.from({ length: 400 }, (_, n) => ({ n }));
    const rule = ruleOf(
      "SET @e = e SELECT (SELECT VALUE (SELECT n FROM @e) FROM @e) AS v FROM 'a'",
    );
    assert.equal(rule.evaluate(messageOf({ e: e.slice(0, 300) })).matched, true);
    assert.deepEqual(rule.evaluate(messageOf({ e })), {
      matched: false,
      error: {
        kind: "evaluation",
        message: "The nested SELECTs read more than 100000 rows.",
      },
    });
  });

  it("is written in parentheses, or as an argument, and reads an attribute", () => {
    assert.equal(valueOf("isNull(SELECT VALUE n FROM e)", list), false);
    const rows: readonly [sql: string, refusal: string][] = [
      [
        "SELECT SELECT a FROM b AS c FROM 'a'",
        "Line 1, column 8: Put a SELECT inside a statement in parentheses.",
      ],
      [
        "SELECT (SELECT a FROM 'b') AS c FROM 'a'",
        "Line 1, column 23: A SELECT inside a statement reads from an attribute, without quotes.",
      ],
      [
        "SELECT (SELECT a) AS c FROM 'a'",
        "Line 1, column 17: Expected 'FROM' or ',' after an item of SELECT, found ')'.",
      ],
      [
        "SELECT a FROM 'a' WHERE EXISTS (a)",
        "Line 1, column 33: Expected 'SELECT' inside EXISTS, found 'a'.",
      ],
      [
        "SELECT a FROM 'a' WHERE EXISTS a",
        "Line 1, column 32: Expected '(' after EXISTS, found 'a'.",
      ],
      [
        "SELECT a FROM 'a' WHERE a IN (1, 2)",
        "Line 1, column 32: A list is written in brackets, as in x IN [1, 2].",
      ],
    ];
    for (const [sql, refusal] of rows) assert.equal(refusalOf(sql), refusal);
  });
});
