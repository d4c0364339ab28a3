import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { match, messageOf, problemsOf, refusalOf, ruleOf, table, valueOf } from "./evaluation";

describe("iot-sql grammar", () => {
  describe("accepts", () => {
    const statements: readonly string[] = [
      "SELECT * FROM 'a/b'",
      "select * from 'a/b' where a = 1",
      "SELECT a FROM '#'",
      "SELECT\n\ta ,\r\n b\nFROM\n'a'\nWHERE\na",
      "SELECT value FROM 'a'",
      "SELECT value, unit FROM 'a'",
      "SELECT value AS v FROM 'a'",
      "SELECT value.x FROM 'a'",
      "SELECT value * 2 AS v FROM 'a'",
      "SELECT value > 2 AS v FROM 'a'",
      "SELECT value AND true AS v FROM 'a'",
      "SELECT like, between, is, set, distinct FROM 'a'",
      "SELECT cast FROM 'a'",
      "SELECT a FROM 'with \"double\" quotes'",
      "SELECT *, timestamp() AS timestamp FROM 'a'",
      "SELECT a.b, c.d AS a.c FROM 'a'",
      "SELECT a.b, c AS b.d FROM 'a'",
      "SELECT a, FROM 'a'",
      "SELECT topic(2) FROM 'a'",
      "SELECT a AS ab, b AS a FROM 'a'",
      "SELECT a, b AS ab FROM 'a'",
    ];
    for (const sql of statements) {
      it(JSON.stringify(sql), () => {
        assert.equal(typeof ruleOf(sql).evaluate, "function");
      });
    }
  });

  describe("reads literals", () => {
    table([
      ["'single'", "single"],
      ['"double"', "double"],
      ["'say \"hi\"'", 'say "hi"'],
      ['"it\'s"', "it's"],
      ["''", ""],
      ["'a\\d'", "a\\d"],
      ["'line\nbreak'", "line\nbreak"],
      ["'é€\u{1F600}'", "é€\u{1F600}"],
      ["12", 12],
      ["-12.5", -12.5],
      ["1E3", 1000],
      ["2.5e-3", 0.0025],
      ["1e+2", 100],
      ["10.0", 10],
      ["9007199254740991", 9007199254740991],
      ["TRUE", true],
      ["False", false],
      ["NULL", null],
      ["[]", []],
      ["[1, 'a', [null], {'b': true}]", [1, "a", [null], { b: true }]],
      ["[1, missing, 2]", [1, 2]],
      ["{}", {}],
      ["{'a': 1, \"b c\": {'d': a}}", { a: 1, "b c": { d: 5 } }, { a: 5 }],
      ["{'a': missing, 'b': null}", { b: null }],
      ["{'a': 1}.a", 1],
      [
        "[get(lat_long, 0), get(lat_long, 1)]",
        [47.606, -122.332],
        { lat_long: [47.606, -122.332] },
      ],
    ]);
  });

  describe("reads CASE", () => {
    const colors =
      "CASE color WHEN 'green' THEN 'go' WHEN 'yellow' THEN 'caution' WHEN 'red' THEN 'stop' ELSE 'none' END";
    table([
      [colors, "caution", { color: "yellow" }],
      [colors, "none", { color: "blue" }],
      [colors, "none", { color: null }],
      [colors, undefined, {}],
      ["CASE a WHEN 1 THEN 'one' END", undefined, { a: 2 }],
      ["CASE a WHEN 1 THEN 'first' WHEN 1 THEN 'second' END", "first", { a: 1 }],
      ["CASE a WHEN '1' THEN 'text' WHEN 1 THEN 'number' END", "number", { a: 1 }],
      ["CASE a WHEN null THEN 'null' END", "null", { a: null }],
      ["CASE a WHEN -1 THEN 'minus' END", "minus", { a: -1 }],
      ["case a > 1 when true then a when false then -a end", 5, { a: 5 }],
      ["CASE isUndefined(a) WHEN true THEN 1 ELSE CASE a WHEN 2 THEN 3 END END", 3, { a: 2 }],
      ["CASE a WHEN 1 THEN missing ELSE 2 END", undefined, { a: 1 }],
    ]);
  });

  describe("reads attributes", () => {
    table([
      ["a", 1, { a: 1 }],
      ["a.b.c", 1, { a: { b: { c: 1 } } }],
      ["A", undefined, { a: 1 }],
      ["a.b", undefined, { a: 1 }],
      ["a.b", undefined, { a: null }],
      ["a.length", undefined, { a: "text" }],
      ["a.length", undefined, { a: [1] }],
      ["(a).b", 1, { a: { b: 1 } }],
      ["_a1", 1, { _a1: 1 }],
      ["a . b", 1, { a: { b: 1 } }],
    ]);

    it("never reaches a prototype by a name of the payload or the statement", () => {
      const payload = Buffer.from('{"__proto__":{"polluted":1},"constructor":{"name":"mine"}}');
      assert.deepEqual(valueOf("__proto__.polluted", payload), 1);
      assert.deepEqual(valueOf("constructor.name", payload), "mine");
      for (const name of [
        "constructor",
        "__proto__",
        "toString",
        "hasOwnProperty",
        "a.constructor",
      ]) {
        assert.equal(valueOf(name, { a: {} }), undefined);
      }
    });
  });

  describe("refuses, with its place and a reason,", () => {
    const refusals: readonly [sql: string, message: string][] = [
      [
        "",
        "Line 1, column 1: Expected 'SELECT' at the start of the statement, found the end of the statement.",
      ],
      [
        "UPDATE t",
        "Line 1, column 1: Expected 'SELECT' at the start of the statement, found 'UPDATE'.",
      ],
      [
        "'SELECT' a FROM 'a'",
        "Line 1, column 1: Expected 'SELECT' at the start of the statement, found 'SELECT'.",
      ],
      [
        "SELECT a FROM 'a' WHERE a == 1",
        "Line 1, column 27: '==' is not an operator of AWS IoT SQL; write '='.",
      ],
      [
        "SELECT a FROM 'a' WHERE a != 1",
        "Line 1, column 27: '!=' is not an operator of AWS IoT SQL; write '<>'.",
      ],
      [
        "SELECT a FROM 'a' WHERE a && b",
        "Line 1, column 27: '&&' is not an operator of AWS IoT SQL; write AND.",
      ],
      [
        "SELECT a || b AS c FROM 'a'",
        "Line 1, column 10: '||' is not an operator of AWS IoT SQL; write OR, or '+' to join strings.",
      ],
      [
        "SELECT a FROM 'a' WHERE a LIKE 'x%'",
        "Line 1, column 27: LIKE is not an operator of AWS IoT SQL; use regexp_matches, startswith or endswith.",
      ],
      [
        "SELECT a FROM 'a' WHERE a BETWEEN 1 AND 2",
        "Line 1, column 27: BETWEEN is not an operator of AWS IoT SQL; write a >= low AND a <= high.",
      ],
      [
        "SELECT a FROM 'a' WHERE a IS NULL",
        "Line 1, column 27: IS NULL is not AWS IoT SQL; use isNull(value) or isUndefined(value).",
      ],
      [
        "SELECT a FROM 'a' WHERE a NOT IN [1]",
        "Line 1, column 27: NOT IN, NOT LIKE and NOT BETWEEN are not supported; put NOT before the whole condition.",
      ],
      [
        "SELECT a[0] AS x FROM 'a'",
        "Line 1, column 9: Elements are not read by '[index]'; use get(array, index).",
      ],
      [
        "SELECT a -- comment\nFROM 'a'",
        "Line 1, column 10: AWS IoT SQL has no comments; remove it, or put a space between two minus signs.",
      ],
      [
        "SELECT a /* comment */ FROM 'a'",
        "Line 1, column 10: AWS IoT SQL has no comments; remove it.",
      ],
      [
        "SELECT a FROM 'a';",
        "Line 1, column 18: AWS IoT SQL takes one statement without ';'; remove it.",
      ],
      [
        "SELECT ${a} AS b FROM 'a'",
        "Line 1, column 8: A substitution template inside SQL is not supported; write the expression itself.",
      ],
      [
        "SELECT a FROM 'x/${a}'",
        "Line 1, column 18: A substitution template inside SQL is not supported; write the expression itself.",
      ],
      ["SELECT a # b FROM 'a'", "Line 1, column 10: The character '#' is not part of AWS IoT SQL."],
      [
        "SELECT \u{1F600} FROM 'a'",
        "Line 1, column 8: The character '\u{1F600}' is not part of AWS IoT SQL.",
      ],
      ["SELECT 'a FROM", "Line 1, column 8: The string is never closed; add '."],
      ['SELECT a FROM "a', 'Line 1, column 15: The string is never closed; add ".'],
      [
        "SELECT 'it''s' AS a FROM 'a'",
        "Line 1, column 8: A quote cannot be escaped; put the string into the other kind of quotes.",
      ],
      [
        "SELECT 'it\\'s' AS a FROM 'a'",
        "Line 1, column 8: A quote cannot be escaped; put the string into the other kind of quotes.",
      ],
      [
        "SELECT 12abc AS a FROM 'a'",
        "Line 1, column 8: '12' is followed by a letter or a dot; add a space.",
      ],
      [
        "SELECT 1.2.3 AS a FROM 'a'",
        "Line 1, column 8: '1.2' is followed by a letter or a dot; add a space.",
      ],
      [
        "SELECT 1e1000 AS a FROM 'a'",
        "Line 1, column 8: The number 1e1000 is too large; use at most 34 digits.",
      ],
      [
        `SELECT 0.${"1".repeat(35)} AS a FROM 'a'`,
        `Line 1, column 8: The number 0.${"1".repeat(35)} is too large; use at most 34 digits.`,
      ],
      ["SELECT .5 AS a FROM 'a'", "Line 1, column 8: Expected an expression, found '.'."],
      [
        "SELECT a b FROM 'a'",
        "Line 1, column 10: Expected 'FROM' or ',' after an item of SELECT, found 'b'.",
      ],
      ["SELECT a,, FROM 'a'", "Line 1, column 10: Expected an expression, found ','."],
      ["SELECT a,, WHERE b", "Line 1, column 10: Expected an expression, found ','."],
      ["SELECT WHERE b", "Line 1, column 8: Expected an expression, found 'WHERE'."],
      ["SELECT a,,", "Line 1, column 10: Expected an expression, found ','."],
      ["SELECT", "Line 1, column 7: Expected an expression, found the end of the statement."],
      [
        "SELECT a, FROM",
        "Line 1, column 15: Expected a topic filter in single quotes, found the end of the statement.",
      ],
      [
        "SELECT (SELECT a, WHERE b) AS v FROM 'a'",
        "Line 1, column 19: Expected 'FROM' or ',' after an item of SELECT, found 'WHERE'.",
      ],
      ["SELECT , FROM 'a'", "Line 1, column 8: Expected an expression, found ','."],
      ["SELECT `a` FROM 'a'", "Line 1, column 8: The character '`' is not part of AWS IoT SQL."],
      ["SELECT FROM 'a'", "Line 1, column 8: Expected an expression, found 'FROM'."],
      ["SELECT a FROM topic/#", "Line 1, column 21: The character '#' is not part of AWS IoT SQL."],
      [
        "SELECT a FROM topic",
        "Line 1, column 15: Expected a topic filter in single quotes, found 'topic'.",
      ],
      [
        'SELECT a FROM "a"',
        "Line 1, column 15: Expected a topic filter in single quotes, found 'a'.",
      ],
      [
        "SELECT a FROM",
        "Line 1, column 14: Expected a topic filter in single quotes, found the end of the statement.",
      ],
      [
        "SELECT a FROM 'a/#/b'",
        "Line 1, column 15: The topic filter 'a/#/b' is illegal: '#' must stand alone in the last level.",
      ],
      ["SELECT a FROM ''", "Line 1, column 15: The topic filter '' is illegal: it is empty."],
      [
        "SELECT a FROM 'a' GROUP BY b",
        "Line 1, column 19: Nothing may follow here, found 'GROUP'.",
      ],
      [
        "SELECT a FROM 'a' WHERE",
        "Line 1, column 24: Expected an expression, found the end of the statement.",
      ],
      ["SELECT a FROM 'a' WHERE b c", "Line 1, column 27: Nothing may follow here, found 'c'."],
      [
        "SELECT 1 FROM 'a'",
        "Line 1, column 8: An item that is neither an attribute nor a function needs a name; add AS <name>.",
      ],
      [
        "SELECT a, b + 1 FROM 'a'",
        "Line 1, column 11: An item that is neither an attribute nor a function needs a name; add AS <name>.",
      ],
      ["SELECT topic, topic(2) FROM 'a'", "Line 1, column 15: The output already has 'topic'."],
      [
        "SELECT a AS FROM 'a'",
        "Line 1, column 13: Expected a name after AS, found 'FROM', which is a reserved word.",
      ],
      ["SELECT a AS 'b' FROM 'a'", "Line 1, column 13: Expected a name after AS, found 'b'."],
      [
        "SELECT a AS b. FROM 'a'",
        "Line 1, column 16: Expected a name after '.', found 'FROM', which is a reserved word.",
      ],
      ["SELECT a.1 FROM 'a'", "Line 1, column 10: Expected a name, found '1'."],
      ["SELECT a, b AS a FROM 'a'", "Line 1, column 11: The output already has 'a'."],
      ["SELECT a AS b.c, d AS b.c FROM 'a'", "Line 1, column 18: The output already has 'b.c'."],
      [
        "SELECT a AS b, c AS b.d, e AS b.d FROM 'a'",
        "Line 1, column 26: The output already has 'b.d'.",
      ],
      ["SELECT a AS b.c.d, e AS b FROM 'a'", "Line 1, column 20: The output already has 'b.c.d'."],
      ["SELECT a AS b.c, d AS b FROM 'a'", "Line 1, column 18: The output already has 'b.c'."],
      [
        "SELECT encode('a', *) AS a FROM 'a'",
        "Line 1, column 20: The encoding scheme must be the literal 'base64'.",
      ],
      [
        "SELECT a FROM 'a' WHERE 1 < b < 2",
        "Line 1, column 31: Comparisons cannot be chained; join them by AND.",
      ],
      [
        "SELECT a = NOT b AS c FROM 'a'",
        "Line 1, column 12: Put NOT and its operand in parentheses.",
      ],
      [
        "SELECT (a AS b FROM 'a'",
        "Line 1, column 11: Expected ')' to close the parenthesis, found 'AS'.",
      ],
      [
        "SELECT [a AS b FROM 'a'",
        "Line 1, column 11: Expected ']' or ',' after the last item, found 'AS'.",
      ],
      ["SELECT {a: 1} AS b FROM 'a'", "Line 1, column 9: Expected a key in quotes, found 'a'."],
      ["SELECT {'a' 1} AS b FROM 'a'", "Line 1, column 13: Expected ':' after the key, found '1'."],
      [
        "SELECT topic(1 AS b FROM 'a'",
        "Line 1, column 16: Expected ')' or ',' after the last item, found 'AS'.",
      ],
      [
        "SELECT CASE WHEN a = 1 THEN 2 END AS b FROM 'a'",
        "Line 1, column 13: CASE needs a value before WHEN; write CASE condition WHEN true THEN ... END.",
      ],
      [
        "SELECT CASE a WHEN b THEN 2 END AS b FROM 'a'",
        "Line 1, column 20: WHEN takes a literal; compare by CASE (a = b) WHEN true THEN ... END.",
      ],
      [
        "SELECT CASE a ELSE 2 END AS b FROM 'a'",
        "Line 1, column 15: Expected 'WHEN' after the value of CASE, found 'ELSE'.",
      ],
      [
        "SELECT CASE a WHEN 1 2 END AS b FROM 'a'",
        "Line 1, column 22: Expected 'THEN' after the value of WHEN, found '2'.",
      ],
      [
        "SELECT CASE a WHEN 1 THEN 2 AS b FROM 'a'",
        "Line 1, column 29: Expected 'END' to close CASE, found 'AS'.",
      ],
      [
        "SELECT cast(a, Int) AS b FROM 'a'",
        "Line 1, column 14: Expected 'AS' before the type, as in cast(value AS Int), found ','.",
      ],
      [
        "SELECT cast(a AS Date) AS b FROM 'a'",
        "Line 1, column 18: Expected one of the types STRING, NVARCHAR, TEXT, NTEXT, VARCHAR, INT, INTEGER, DOUBLE, DECIMAL, BOOL, BOOLEAN, found 'Date'.",
      ],
      [
        "SELECT cast(a AS 'Int') AS b FROM 'a'",
        "Line 1, column 18: Expected one of the types STRING, NVARCHAR, TEXT, NTEXT, VARCHAR, INT, INTEGER, DOUBLE, DECIMAL, BOOL, BOOLEAN, found 'Int'.",
      ],
      [
        "SELECT cast(a AS Int AS b FROM 'a'",
        "Line 1, column 22: Expected ')' to close cast, found 'AS'.",
      ],
      [
        "SELECT Foo(1) AS a FROM 'a'",
        "Line 1, column 8: Function 'Foo' is not a function of AWS IoT SQL.",
      ],
      [
        "SELECT constructor() AS a FROM 'a'",
        "Line 1, column 8: Function 'constructor' is not a function of AWS IoT SQL.",
      ],
      [
        "SELECT timestamp(1) AS a FROM 'a'",
        "Line 1, column 8: Function 'timestamp' takes no arguments, not 1.",
      ],
      [
        "SELECT floor() AS a FROM 'a'",
        "Line 1, column 8: Function 'floor' takes 1 argument, not 0.",
      ],
      [
        "SELECT Upper(a, b) AS a FROM 'a'",
        "Line 1, column 8: Function 'Upper' takes 1 argument, not 2.",
      ],
      [
        "SELECT regexp_replace(a, 'b') AS a FROM 'a'",
        "Line 1, column 8: Function 'regexp_replace' takes 3 arguments, not 2.",
      ],
      [
        "SELECT substring(a) AS a FROM 'a'",
        "Line 1, column 8: Function 'substring' takes 2 to 3 arguments, not 1.",
      ],
      [
        "SELECT encode(*) AS a FROM 'a'",
        "Line 1, column 8: Function 'encode' takes 2 arguments, not 1.",
      ],
    ];
    for (const [sql, message] of refusals) {
      it(`${JSON.stringify(sql)}: ${message}`, () => {
        assert.equal(refusalOf(sql), message);
      });
    }

    it("an operator of another dialect, with what to write instead", () => {
      const suggested = ["==", "!=", "&&", "||", "@@"].map((operator) => {
        const [problem] = problemsOf(`SELECT a FROM 'a' WHERE a ${operator} b`);
        return problem?.suggestion;
      });
      assert.deepEqual(suggested, ["=", "<>", "AND", "OR", undefined]);
    });

    it("a statement on many lines, counting lines and columns from 1", () => {
      assert.equal(
        refusalOf("SELECT a,\r\n  b\nFROM 'a'\nWHERE a ="),
        "Line 4, column 10: Expected an expression, found the end of the statement.",
      );
    });

    const wraps: readonly [open: string, close: string][] = [
      ["(", ")"],
      ["[", "]"],
      ["{'a':", "}"],
      ["lower(", ")"],
      ["NOT ", ""],
      ["- ", ""],
      ["CASE 1 WHEN 1 THEN ", " END"],
      ["a + (", ")"],
      ["", ".a"],
      ["", " + a"],
      ["a AS ", ".a"],
    ];
    for (const [open, close] of wraps) {
      it(`10,000 times ${open}a${close} in each other, and evaluates a hundred`, () => {
        const nest = (times: number): string => {
          const inner = `${open.repeat(times)}a${close.repeat(times)}`;
          return open.startsWith("a AS")
            ? `SELECT a AS a${close.repeat(times)} FROM 'a'`
            : `SELECT ${inner} AS v FROM 'a'`;
        };
        assert.match(refusalOf(nest(10_000)), /: The statement has more than 1000 operands\.$/);
        assert.equal(ruleOf(nest(100)).topicFilter, "a");
      });
    }
  });

  it("gives the same rule whatever the case of its keywords and functions and the spaces between", () => {
    const words = [
      "SELECT",
      " ",
      "Upper",
      "(",
      "a",
      ")",
      " ",
      "AS",
      " ",
      "v",
      ",",
      "NOT",
      " ",
      "b",
      " ",
      "AS",
      " ",
      "w",
      " ",
      "FROM",
      " ",
      "'a'",
    ];
    const change = fc.tuple(
      ...words.map(() => fc.tuple(fc.boolean(), fc.constantFrom("", " ", "\n", "\t "))),
    );
    fc.assert(
      fc.property(change, (changes) => {
        const sql = words
          .map((word, index) => {
            const [raised, space] = changes[index] ?? [false, ""];
            const keeps = ["a", "b", "v", "w", "'a'"].includes(word);
            return (keeps ? word : raised ? word.toUpperCase() : word.toLowerCase()) + space;
          })
          .join("");
        const outcome = ruleOf(sql).evaluate(messageOf({ a: "x", b: false }));
        assert.deepEqual(outcome, match({ v: "X", w: true }));
      }),
    );
  });
});
