import * as assert from "node:assert/strict";
import { check, parse } from "../../iot-sql";
import { match, messageOf, ruleOf, statementOf, table } from "./evaluation";

// Statements that AWS IoT takes, though its pages do not describe them; each is warned of.
describe("iot-sql takes what AWS's parser takes", () => {
  const payload = {
    a: 1,
    b: "x",
    e: [{ n: "one" }, { n: "two" }],
    o: { k: 1, l: { m: 2 } },
    r: [{ x: { z: 3 } }, { x: 4 }],
    p: "content_type",
  };
  const headers = { mqttProperties: { contentType: "text/plain" } };
  const rows: readonly [sql: string, output: unknown, warnings: number][] = [
    ["SELECT a, FROM 'a'", { a: 1 }, 1],
    ["select a,b\n,\nfrom 'a' where a = 1", { a: 1, b: "x" }, 1],
    ["SELECT *, FROM 'a'", payload, 1],
    ["SELECT *, 1 AS c, FROM 'a'", { ...payload, c: 1 }, 1],
    ["SELECT VALUE b, FROM 'a'", "x", 1],
    ["SELECT (SELECT n, FROM e) AS v FROM 'a'", { v: [{ n: "one" }, { n: "two" }] }, 1],
    ["SELECT (SELECT VALUE n, FROM e WHERE n = 'two') AS v, FROM 'a'", { v: ["two"] }, 2],
    ["SELECT EXISTS (SELECT n, FROM e) AS v FROM 'a'", { v: true }, 1],
    // Rules that only Basic Ingest reaches have no FROM.
    ["SELECT a,", { a: 1 }, 1],
    ["SELECT *,", payload, 1],
    ["SELECT a, b, WHERE a = 1", { a: 1, b: "x" }, 1],
    ["SELECT VALUE b, where b = 'x'", "x", 1],
    ["SELECT topic(2) FROM 'a/b'", { topic: "d1" }, 1],
    ["SELECT *, Topic(2), FROM 'a/b'", { ...payload, Topic: "d1" }, 2],
    ["SELECT upper(b), lower(b) FROM 'a'", { upper: "X", lower: "x" }, 2],
    ["SELECT upper(lower(b)) FROM 'a'", { upper: "X" }, 1],
    ["SELECT cast(a AS String) FROM 'a'", { cast: "1" }, 1],
    ["SELECT get(e, 0) FROM 'a'", { get: { n: "one" } }, 1],
    ["SELECT get(e, 0).n FROM 'a'", { n: "one" }, 0],
    ["SELECT get(e, 0), 5 AS get.n FROM 'a'", { get: { n: 5 } }, 1],
    [
      "SELECT (SELECT upper(n) FROM e) AS v FROM 'a'",
      { v: [{ upper: "ONE" }, { upper: "TWO" }] },
      1,
    ],
    ["SELECT upper(missing) FROM 'a'", {}, 1],
    // All members of a value.
    ["SELECT o.* FROM 'a'", { k: 1, l: { m: 2 } }, 1],
    ["SELECT o.l.*, topic(2) AS id FROM 'a/b'", { m: 2, id: "d1" }, 1],
    ["SELECT topic(2) AS k, o.* FROM 'a/b'", { k: 1, l: { m: 2 } }, 1],
    ["SELECT o.*, 5 AS l.n FROM 'a'", { k: 1, l: { m: 2, n: 5 } }, 1],
    ["SELECT *, o.* FROM 'a'", { ...payload, k: 1, l: { m: 2 } }, 1],
    ["SELECT o.*, * FROM 'a'", { k: 1, l: { m: 2 }, ...payload }, 1],
    ["SELECT a.*, b.*, e.*, gone.* FROM 'a'", {}, 4],
    ["SELECT gone.* FROM 'a'", {}, 1],
    ["SELECT VALUE o.l.* FROM 'a'", { m: 2 }, 1],
    ["SELECT o.l.* AS v FROM 'a'", { v: { m: 2 } }, 1],
    ["SELECT encode(o.l.*, 'base64') AS v FROM 'a'", { v: "eyJtIjoyfQ==" }, 1],
    ["SELECT (SELECT x.*, 1 AS y FROM r) AS v FROM 'a'", { v: [{ z: 3, y: 1 }, { y: 1 }] }, 1],
    ["SET @l = o.l SELECT @l.*, value.* FROM 'a'", { m: 2 }, 2],
    // An object without a name.
    ["SELECT {'m': a, 'all': o} FROM 'a'", { m: 1, all: { k: 1, l: { m: 2 } } }, 1],
    ["SELECT {'m': a}, b FROM 'a'", { m: 1, b: "x" }, 1],
    ["SELECT {} FROM 'a'", {}, 1],
    ["SELECT (SELECT {'m': n} FROM e) AS v FROM 'a'", { v: [{ m: "one" }, { m: "two" }] }, 1],
    // Topics of Basic Ingest, which no filter matches.
    ["SELECT a FROM '$aws/rules/r'", { a: 1 }, 1],
    ["SELECT a, topic(2) AS t FROM '$aws/rules/r/+/b'", { a: 1, t: "d1" }, 1],
    ["SELECT a, topic(3) AS t FROM '$aws/rules/r/+'", { a: 1, t: "telemetry" }, 1],
    ["SELECT a FROM '$aws/rules/r/1/2/3/4/5/6/7/8'", { a: 1 }, 1],
    ["SELECT a FROM '$aws/rules/#' WHERE a = 1", { a: 1 }, 1],
    // AWS's blog has an attribute as the name of the property.
    ["SELECT a, get_mqtt_property(b) AS p FROM 'a'", { a: 1 }, 0],
    ["SELECT get_mqtt_property(p) AS p FROM 'a'", { p: "text/plain" }, 0],
  ];
  for (const [sql, output, warnings] of rows) {
    it(JSON.stringify(sql), () => {
      assert.deepEqual(ruleOf(sql).evaluate(messageOf(payload, headers)), match(output));
      const problems = check(statementOf(sql));
      assert.deepEqual(
        problems.map(({ severity }) => severity),
        Array.from({ length: warnings }, () => "warning"),
      );
    });
  }

  it("matches no message by a filter for topics of Basic Ingest", () => {
    for (const filter of ["$aws/rules/r", "$aws/rules/r/+", "$aws/rules/#"]) {
      const rule = ruleOf(`SELECT a FROM '${filter}'`);
      assert.deepEqual(
        ["$aws/rules/r", "$aws/rules/r/a", "r/a", "a"].filter((topic) => rule.matches(topic)),
        [],
      );
    }
  });

  it("refuses a filter for topics of Basic Ingest that no topic has", () => {
    assert.deepEqual(
      ["$aws/rules/r/#/a", "$aws/rules/r+/a", "$aws/rules/r/1/2/3/4/5/6/7/8/9"].map((filter) => {
        const parsed = parse(`SELECT a FROM '${filter}'`);
        return parsed.ok ? undefined : parsed.problems[0]?.message.replace(filter, "…");
      }),
      [
        "The topic filter '…' is illegal: '#' must stand alone in the last level.",
        "The topic filter '…' is illegal: '+' must stand alone in its level.",
        "The topic filter '…' is illegal: it has more than 8 levels.",
      ],
    );
  });

  describe("and reads a nested SELECT over an object as an object and as its only row", () => {
    const o = { o: { a: 5, b: { c: 6 }, n: null, s: "text", l: [7, 8] } };
    table([
      ["get((SELECT a FROM o), 0).a", 5, o],
      ["get((SELECT a FROM o), 0)", { a: 5 }, o],
      ["get((SELECT a FROM o), '0')", undefined, o],
      ["get((SELECT a FROM o), 'a')", 5, o],
      ["get((SELECT a FROM o), 1)", undefined, o],
      ["get((SELECT a FROM o), -1)", undefined, o],
      ["get((SELECT * FROM o), 0).b.c", 6, o],
      ["get((SELECT *, 1 AS x FROM o WHERE a = 5), 0).x", 1, o],
      ["get((SELECT a FROM o WHERE a = 6), 0)", undefined, o],
      ["get(SELECT a FROM o, 0).a", 5, o],
      ["get((SELECT VALUE b FROM o), 0).c", 6, o],
      ["get((SELECT VALUE a FROM o), 0)", 5, o],
      ["get((SELECT VALUE a FROM o), 1)", undefined, o],
      ["get((SELECT VALUE s FROM o), 0)", "text", o],
      ["get((SELECT VALUE n FROM o), 0)", null, o],
      ["get((SELECT VALUE l FROM o), 1)", 8, o],
      ["get((SELECT VALUE gone FROM o), 0)", undefined, o],
      ["get(get({'r': (SELECT a FROM o)}, 'r'), 0).a", 5, o],
      ["get_or_default(get((SELECT a FROM o), 0).a, 1)", 5, o],
      ["(SELECT a FROM o).a", 5, o],
      // An object of the payload is no row, also one that a nested SELECT read.
      ["get(o, 0)", undefined, o],
      ["[get((SELECT * FROM o), 0).a, isUndefined(get(o, 0))]", [5, true], o],
      ["[get((SELECT VALUE b FROM o), 0).c, isUndefined(get(o.b, 0))]", [6, true], o],
    ]);

    it("by a variable too", () => {
      const rule = ruleOf(
        "SET @r = (SELECT a FROM o) SELECT get(@r, 0).a AS v, @r.a AS w FROM 'a'",
      );
      assert.deepEqual(rule.evaluate(messageOf(o)), match({ v: 5, w: 5 }));
    });
  });
});
