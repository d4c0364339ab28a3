import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { check } from "../../iot-sql";
import { match, messageOf, outputOf, ruleOf, statementOf } from "./evaluation";

const decoded = { temperature: 21, place: { hall: 1 } };

describe("iot-sql paths into an earlier item", () => {
  const rows: readonly [items: string, payload: unknown, output: unknown][] = [
    ["decoded AS result, id AS result.id", { decoded, id: 7 }, { result: { ...decoded, id: 7 } }],
    [
      "decoded AS result, id AS result.place.id, topic(1) AS result.place.topic",
      { decoded, id: 7 },
      { result: { temperature: 21, place: { hall: 1, id: 7, topic: "devices" } } },
    ],
    // What the earlier item's value holds already is written over.
    [
      "decoded AS result, id AS result.place",
      { decoded, id: 7 },
      { result: { temperature: 21, place: 7 } },
    ],
    ["*, id AS a.b", { a: { c: 1 }, id: 7 }, { a: { c: 1, b: 7 }, id: 7 }],
    ["*, id AS a.b", { id: 7 }, { a: { b: 7 }, id: 7 }],
    [
      "*, id AS a.b.c, a.d AS a.b.d",
      { a: { b: { x: 1 }, d: 2 }, id: 7 },
      { a: { b: { x: 1, c: 7, d: 2 }, d: 2 }, id: 7 },
    ],
    ["* AS m, id AS m.again", { id: 7 }, { m: { id: 7, again: 7 } }],
    ["a.b, id AS b.c", { a: { b: { d: 1 } }, id: 7 }, { b: { d: 1, c: 7 } }],
    ["missing AS result, id AS result.id", { id: 7 }, { result: { id: 7 } }],
    ["decoded AS result, missing AS result.id", { decoded }, { result: decoded }],
    ["id AS result.id, missing AS result.x.y", { id: 7 }, { result: { id: 7 } }],
    [
      "a AS __proto__, id AS __proto__.id",
      { a: { x: 1 }, id: 7 },
      JSON.parse('{"__proto__":{"x":1,"id":7}}'),
    ],
    // A value that is no object gives way to the path: undocumented.
    ["id AS result, decoded AS result.d", { decoded, id: 7 }, { result: { d: decoded } }],
    ["list AS result, id AS result.id", { list: [1], id: 7 }, { result: { id: 7 } }],
    ["nothing AS result, id AS result.id", { nothing: null, id: 7 }, { result: { id: 7 } }],
    ["*, id AS a.b", { a: 5, id: 7 }, { a: { b: 7 }, id: 7 }],
    [
      "(SELECT x AS r, y AS r.y FROM e) AS v",
      { e: [{ x: { a: 1 }, y: 2 }] },
      { v: [{ r: { a: 1, y: 2 } }] },
    ],
  ];
  for (const [items, payload, output] of rows) {
    it(`SELECT ${items} makes ${JSON.stringify(output)} of ${JSON.stringify(payload)}`, () => {
      assert.deepEqual(outputOf(items, payload), output);
    });
  }

  it("have the members of what a payload that is no object lacks: none", () => {
    assert.deepEqual(outputOf("a.*, topic(1) AS t", [1]), { t: "devices" });
  });

  it("never changes the payload, nor what other items took from it", () => {
    const items =
      "SET @v = decoded SELECT decoded AS first, @v AS result, 1 AS result.place.id, @v AS again, decoded.place AS place, * AS whole, 2 AS whole.decoded.place.x, decoded AS last FROM 'a'";
    const { output } = ruleOf(items).evaluate(messageOf({ decoded })) as { output: unknown };
    assert.deepEqual(output, {
      first: decoded,
      result: { temperature: 21, place: { hall: 1, id: 1 } },
      again: decoded,
      place: { hall: 1 },
      whole: { decoded: { temperature: 21, place: { hall: 1, x: 2 } } },
      last: decoded,
    });
  });

  it("write each path into what stands there, whatever the paths", () => {
    const path = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 });
    const isWithin = (inner: readonly string[], outer: readonly string[]): boolean =>
      outer.every((name, index) => inner[index] === name);
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 6 }), (paths) => {
        const items = paths.map((names, index) => `{'n': ${index}} AS ${names.join(".")}`);
        const sql = `SELECT ${items.join(", ")} FROM 'a'`;
        const clashes = paths.some((later, index) =>
          paths.slice(0, index).some((earlier) => isWithin(earlier, later)),
        );
        const errors = check(statementOf(sql)).filter(({ severity }) => severity === "error");
        assert.equal(errors.length > 0, clashes, sql);
        if (clashes) return;
        const { output } = ruleOf(sql).evaluate(messageOf({})) as { output: unknown };
        for (const [index, names] of paths.entries()) {
          const found = names.reduce(
            (value, name) => (value as Record<string, unknown>)[name],
            output,
          );
          assert.equal((found as { n: number }).n, index, sql);
        }
      }),
    );
  });
});

describe("iot-sql SELECT VALUE", () => {
  const payload = { value: 1, a: 2, unit: "C" };
  const values: readonly [expression: string, value: unknown][] = [
    ["'text'", "text"],
    ["3", 3],
    ["@v", 4],
    ["(a)", 2],
    ["[a, unit]", [2, "C"]],
    ["{'k': a}", { k: 2 }],
    ["CASE a WHEN 2 THEN 'two' END", "two"],
    ["NOT false", true],
    ["TRUE", true],
    ["false", false],
    ["null", null],
    ["EXISTS (SELECT * FROM *)", true],
    ["topic(1)", "devices"],
    ["value", 1],
    ["*", payload],
  ];
  for (const [expression, value] of values)
    it(`selects ${expression} as it is`, () => {
      for (const end of [" FROM 'a'", " WHERE a = 2", ""]) {
        const rule = ruleOf(`SET @v = 4 SELECT VALUE ${expression}${end}`);
        assert.deepEqual(rule.evaluate(messageOf(payload)), match(value), end);
      }
    });

  it("of what is missing is an empty message", () => {
    assert.deepEqual(ruleOf("SELECT VALUE gone FROM 'a'").evaluate(messageOf(payload)), {
      matched: true,
      output: Buffer.alloc(0),
      payload: Buffer.alloc(0),
    });
  });

  const attributes: readonly [items: string, output: unknown][] = [
    ["value", { value: 1 }],
    ["value, unit", { value: 1, unit: "C" }],
    ["value AS v", { v: 1 }],
    ["value * 2 AS v", { v: 2 }],
    ["value - 1 AS v", { v: 0 }],
    ["value.x AS v", {}],
    ["value IN [1] AS v", { v: true }],
    ["value = 1 AND a = 2 AS v", { v: true }],
  ];
  for (const [items, output] of attributes)
    it(`is not what ${items} begins with`, () => {
      for (const end of [" FROM 'a'", ""])
        assert.deepEqual(
          ruleOf(`SELECT ${items}${end}`).evaluate(messageOf(payload)),
          match(output),
        );
    });
});
