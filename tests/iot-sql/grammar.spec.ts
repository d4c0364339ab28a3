import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { compile } from "../../iot-sql";
import { refusalOf, table, valueOf } from "./evaluation";

const SUPPORTED =
  "abs, accountid, cast, ceil, clientid, concat, decode, encode, endswith, floor, get, indexof, isnull, isundefined, length, lower, " +
  "newuuid, numbytes, principal, regexp_matches, regexp_replace, regexp_substr, replace, round, sourceip, startswith, substring, " +
  "timestamp, topic, traceid, trim, upper";

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
      "SELECT a AS ab, b AS a FROM 'a'",
      "SELECT a, b AS ab FROM 'a'",
    ];
    for (const sql of statements) {
      it(JSON.stringify(sql), () => {
        assert.equal(compile(sql).sql, sql);
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
        "Line 1, column 1: expected 'SELECT' at the start of the statement, found the end of the statement.",
      ],
      [
        "UPDATE t",
        "Line 1, column 1: expected 'SELECT' at the start of the statement, found 'UPDATE'.",
      ],
      [
        "'SELECT' a FROM 'a'",
        "Line 1, column 1: expected 'SELECT' at the start of the statement, found 'SELECT'.",
      ],
      [
        "SET @a = 1 SELECT a FROM 'a'",
        "Line 1, column 5: variables (SET @name = ...) are not supported yet; repeat the expression.",
      ],
      [
        "set a = 1 SELECT a FROM 'a'",
        "Line 1, column 1: SET is not supported yet; repeat the expression.",
      ],
      [
        "SELECT VALUE color FROM 'a'",
        "Line 1, column 8: SELECT VALUE is not supported yet; name the value by AS.",
      ],
      [
        "SELECT value * FROM 'a'",
        "Line 1, column 8: SELECT VALUE is not supported yet; name the value by AS.",
      ],
      [
        "SELECT VALUE [a] FROM 'a'",
        "Line 1, column 8: SELECT VALUE is not supported yet; name the value by AS.",
      ],
      [
        "SELECT VALUE 'a' FROM 'a'",
        "Line 1, column 8: SELECT VALUE is not supported yet; name the value by AS.",
      ],
      [
        "SELECT VALUE 1 FROM 'a'",
        "Line 1, column 8: SELECT VALUE is not supported yet; name the value by AS.",
      ],
      [
        "SELECT VALUE CASE a WHEN 1 THEN 2 END FROM 'a'",
        "Line 1, column 8: SELECT VALUE is not supported yet; name the value by AS.",
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
        "SELECT a FROM 'a' WHERE a IN [1, 2]",
        "Line 1, column 27: IN is not supported yet; write a = x OR a = y.",
      ],
      [
        "SELECT a FROM 'a' WHERE a NOT IN [1]",
        "Line 1, column 27: NOT IN, NOT LIKE and NOT BETWEEN are not supported; put NOT before the whole condition.",
      ],
      [
        "SELECT a FROM 'a' WHERE EXISTS (a)",
        "Line 1, column 25: EXISTS is not supported yet; use isUndefined(value).",
      ],
      [
        "SELECT a[0] AS x FROM 'a'",
        "Line 1, column 9: elements are not read by '[index]'; use get(array, index).",
      ],
      [
        "SELECT (SELECT b FROM a) AS x FROM 'a'",
        "Line 1, column 9: a SELECT inside a statement is not supported yet.",
      ],
      [
        "SELECT get(SELECT b FROM a, 0) AS x FROM 'a'",
        "Line 1, column 12: a SELECT inside a statement is not supported yet.",
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
        "Line 1, column 8: a substitution template inside SQL is not supported yet; write the expression itself.",
      ],
      [
        "SELECT a FROM 'x/${a}'",
        "Line 1, column 18: a substitution template inside SQL is not supported yet; write the expression itself.",
      ],
      ["SELECT a # b FROM 'a'", "Line 1, column 10: the character '#' is not part of AWS IoT SQL."],
      [
        "SELECT \u{1F600} FROM 'a'",
        "Line 1, column 8: the character '\u{1F600}' is not part of AWS IoT SQL.",
      ],
      ["SELECT 'a FROM", "Line 1, column 8: the string is never closed; add '."],
      ['SELECT a FROM "a', 'Line 1, column 15: the string is never closed; add ".'],
      [
        "SELECT 'it''s' AS a FROM 'a'",
        "Line 1, column 8: a quote cannot be escaped; put the string into the other kind of quotes.",
      ],
      [
        "SELECT 'it\\'s' AS a FROM 'a'",
        "Line 1, column 8: a quote cannot be escaped; put the string into the other kind of quotes.",
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
        "SELECT 1e999 AS a FROM 'a'",
        "Line 1, column 8: the number 1e999 is beyond double precision.",
      ],
      [
        "SELECT 9007199254740993 AS a FROM 'a'",
        "Line 1, column 8: the number 9007199254740993 is beyond double precision.",
      ],
      ["SELECT .5 AS a FROM 'a'", "Line 1, column 8: expected an expression, found '.'."],
      [
        "SELECT a",
        "Line 1, column 9: FROM is missing (only Basic Ingest rules do without it); add FROM '<filter>'.",
      ],
      [
        "SELECT a WHERE b",
        "Line 1, column 10: expected 'FROM' or ',' after an item of SELECT, found 'WHERE'.",
      ],
      [
        "SELECT a b FROM 'a'",
        "Line 1, column 10: expected 'FROM' or ',' after an item of SELECT, found 'b'.",
      ],
      ["SELECT a, FROM 'a'", "Line 1, column 11: expected an expression, found 'FROM'."],
      ["SELECT FROM 'a'", "Line 1, column 8: expected an expression, found 'FROM'."],
      ["SELECT a FROM topic/#", "Line 1, column 21: the character '#' is not part of AWS IoT SQL."],
      [
        "SELECT a FROM topic",
        "Line 1, column 15: expected a topic filter in single quotes, found 'topic'.",
      ],
      [
        'SELECT a FROM "a"',
        "Line 1, column 15: expected a topic filter in single quotes, found 'a'.",
      ],
      [
        "SELECT a FROM",
        "Line 1, column 14: expected a topic filter in single quotes, found the end of the statement.",
      ],
      [
        "SELECT a FROM 'a/#/b'",
        "Line 1, column 15: the topic filter 'a/#/b' is illegal: '#' must stand alone in the last level.",
      ],
      ["SELECT a FROM ''", "Line 1, column 15: the topic filter '' is illegal: it is empty."],
      [
        "SELECT a FROM 'a' GROUP BY b",
        "Line 1, column 19: nothing may follow here, found 'GROUP'.",
      ],
      [
        "SELECT a FROM 'a' WHERE",
        "Line 1, column 24: expected an expression, found the end of the statement.",
      ],
      ["SELECT a FROM 'a' WHERE b c", "Line 1, column 27: nothing may follow here, found 'c'."],
      [
        "SELECT 1 FROM 'a'",
        "Line 1, column 8: an item that is not an attribute needs a name; add AS <name>.",
      ],
      [
        "SELECT topic(2) FROM 'a'",
        "Line 1, column 8: an item that is not an attribute needs a name; add AS <name>.",
      ],
      [
        "SELECT a AS FROM 'a'",
        "Line 1, column 13: expected a name after AS, found 'FROM', which is a reserved word.",
      ],
      ["SELECT a AS 'b' FROM 'a'", "Line 1, column 13: expected a name after AS, found 'b'."],
      [
        "SELECT a AS b. FROM 'a'",
        "Line 1, column 16: expected a name after '.', found 'FROM', which is a reserved word.",
      ],
      ["SELECT a.1 FROM 'a'", "Line 1, column 10: expected a name, found '1'."],
      ["SELECT a, b AS a FROM 'a'", "Line 1, column 11: the output already has 'a'."],
      ["SELECT a.b, c AS b.d FROM 'a'", "Line 1, column 13: the output already has 'b'."],
      ["SELECT a AS b.c, d AS b FROM 'a'", "Line 1, column 18: the output already has 'b.c'."],
      [
        "SELECT * + 1 AS a FROM 'a'",
        "Line 1, column 8: '*' can only be an item of SELECT, or the first argument of encode.",
      ],
      [
        "SELECT upper(*) AS a FROM 'a'",
        "Line 1, column 14: '*' can only be an item of SELECT, or the first argument of encode.",
      ],
      [
        "SELECT encode('a', *) AS a FROM 'a'",
        "Line 1, column 20: the encoding scheme must be the literal 'base64'.",
      ],
      [
        "SELECT *.a FROM 'a'",
        "Line 1, column 8: '*' can only be an item of SELECT, or the first argument of encode.",
      ],
      [
        "SELECT a FROM 'a' WHERE *",
        "Line 1, column 25: '*' can only be an item of SELECT, or the first argument of encode.",
      ],
      [
        "SELECT a FROM 'a' WHERE 1 < b < 2",
        "Line 1, column 31: comparisons cannot be chained; join them by AND.",
      ],
      [
        "SELECT a = NOT b AS c FROM 'a'",
        "Line 1, column 12: put NOT and its operand in parentheses.",
      ],
      [
        "SELECT (a AS b FROM 'a'",
        "Line 1, column 11: expected ')' to close the parenthesis, found 'AS'.",
      ],
      [
        "SELECT [a AS b FROM 'a'",
        "Line 1, column 11: expected ']' or ',' after the last item, found 'AS'.",
      ],
      ["SELECT {a: 1} AS b FROM 'a'", "Line 1, column 9: expected a key in quotes, found 'a'."],
      ["SELECT {'a' 1} AS b FROM 'a'", "Line 1, column 13: expected ':' after the key, found '1'."],
      [
        "SELECT topic(1 AS b FROM 'a'",
        "Line 1, column 16: expected ')' or ',' after the last item, found 'AS'.",
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
        "Line 1, column 15: expected 'WHEN' after the value of CASE, found 'ELSE'.",
      ],
      [
        "SELECT CASE a WHEN 1 2 END AS b FROM 'a'",
        "Line 1, column 22: expected 'THEN' after the value of WHEN, found '2'.",
      ],
      [
        "SELECT CASE a WHEN 1 THEN 2 AS b FROM 'a'",
        "Line 1, column 29: expected 'END' to close CASE, found 'AS'.",
      ],
      [
        "SELECT cast(a, Int) AS b FROM 'a'",
        "Line 1, column 14: expected 'AS' before the type, as in cast(value AS Int), found ','.",
      ],
      [
        "SELECT cast(a AS Date) AS b FROM 'a'",
        "Line 1, column 18: expected one of the types STRING, NVARCHAR, TEXT, NTEXT, VARCHAR, INT, INTEGER, DOUBLE, DECIMAL, BOOL, BOOLEAN, found 'Date'.",
      ],
      [
        "SELECT cast(a AS 'Int') AS b FROM 'a'",
        "Line 1, column 18: expected one of the types STRING, NVARCHAR, TEXT, NTEXT, VARCHAR, INT, INTEGER, DOUBLE, DECIMAL, BOOL, BOOLEAN, found 'Int'.",
      ],
      [
        "SELECT cast(a AS Int AS b FROM 'a'",
        "Line 1, column 22: expected ')' to close cast, found 'AS'.",
      ],
      [
        "SELECT parse_time('yyyy', 0) AS y FROM 'a'",
        `Line 1, column 8: function 'parse_time' is not supported yet; supported are ${SUPPORTED}.`,
      ],
      [
        "SELECT Foo(1) AS a FROM 'a'",
        `Line 1, column 8: function 'Foo' is not a function of AWS IoT SQL; supported are ${SUPPORTED}.`,
      ],
      [
        "SELECT constructor() AS a FROM 'a'",
        `Line 1, column 8: function 'constructor' is not a function of AWS IoT SQL; supported are ${SUPPORTED}.`,
      ],
      [
        "SELECT a FROM 'a' WHERE\n  upper(md5(a)) = 'X'",
        `Line 2, column 9: function 'md5' is not supported yet; supported are ${SUPPORTED}.`,
      ],
      [
        "SELECT timestamp(1) AS a FROM 'a'",
        "Line 1, column 8: function 'timestamp' takes no arguments, not 1.",
      ],
      [
        "SELECT floor() AS a FROM 'a'",
        "Line 1, column 8: function 'floor' takes 1 argument, not 0.",
      ],
      [
        "SELECT Upper(a, b) AS a FROM 'a'",
        "Line 1, column 8: function 'Upper' takes 1 argument, not 2.",
      ],
      [
        "SELECT regexp_replace(a, 'b') AS a FROM 'a'",
        "Line 1, column 8: function 'regexp_replace' takes 3 arguments, not 2.",
      ],
      [
        "SELECT substring(a) AS a FROM 'a'",
        "Line 1, column 8: function 'substring' takes 2 to 3 arguments, not 1.",
      ],
      [
        "SELECT encode(*) AS a FROM 'a'",
        "Line 1, column 8: function 'encode' takes 2 arguments, not 1.",
      ],
    ];
    for (const [sql, message] of refusals) {
      it(`${JSON.stringify(sql)}: ${message}`, () => {
        assert.equal(refusalOf(() => compile(sql)).message, message);
      });
    }

    it("a statement on many lines, counting lines and columns from 1 and positions from 0", () => {
      const refusal = refusalOf(() => compile("SELECT a,\r\n  b\nFROM 'a'\nWHERE a ="));
      const { position, line, column, message } = refusal;
      assert.deepEqual({ position, line, column }, { position: 33, line: 4, column: 10 });
      assert.equal(
        message,
        "Line 4, column 10: expected an expression, found the end of the statement.",
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
      it(`100,000 times ${open}a${close} in each other, and evaluates a hundred`, () => {
        const nest = (times: number): string => {
          const inner = `${open.repeat(times)}a${close.repeat(times)}`;
          return open.startsWith("a AS")
            ? `SELECT a AS a${close.repeat(times)} FROM 'a'`
            : `SELECT ${inner} AS v FROM 'a'`;
        };
        const refusal = refusalOf(() => compile(nest(100_000)));
        assert.match(refusal.message, /: the statement has more than 500 operands\.$/);
        assert.equal(compile(nest(100)).topicFilter, "a");
      });
    }
  });

  it("either compiles a text or refuses it with a SqlError inside it", () => {
    const words =
      "SELECT FROM WHERE AS AND OR NOT CASE WHEN THEN ELSE END null true a value topic( encode( cast( ) ( [ ] { } * , . : + - = <> <= 1 2.5 'a' 'a/+' \"b\" \" ' # é == --";
    const piece = fc.oneof(
      fc.constantFrom(...words.split(" ")),
      fc.string({ unit: "binary", maxLength: 2 }),
    );
    const texts = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(" "));
    const statements = fc.oneof(
      texts,
      texts.map((text) => `SELECT a ${text}`),
      texts.map((text) => `SELECT ${text} AS v FROM 'a'`),
    );
    fc.assert(
      fc.property(statements, (sql) => {
        try {
          compile(sql);
        } catch (error) {
          const { name, position, message } = error as Error & { position: number };
          assert.equal(name, "SqlError", `${sql}: ${message}`);
          assert.ok(position >= 0 && position <= sql.length);
          assert.match(message, /^Line \d+, column \d+: [^]+\.$/);
        }
      }),
      { numRuns: 3000 },
    );
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
        const rule = compile(sql);
        const outcome = rule.evaluate({ payload: Buffer.from('{"a":"x","b":false}') } as never);
        assert.deepEqual(outcome.kind === "match" && outcome.value, { v: "X", w: true });
      }),
    );
  });
});
