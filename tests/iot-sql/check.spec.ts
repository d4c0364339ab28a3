import * as assert from "node:assert/strict";
import { check, type Problem, type ProblemCode } from "../../iot-sql";
import { problemsOf, statementOf } from "./evaluation";

const where = (condition: string): string => `SELECT a FROM 'a/+/c' WHERE ${condition}`;
const item = (expression: string): string => `SELECT ${expression} AS v FROM 'a/+/c'`;
const place = ({ line, column }: Problem): string => `${line}:${column}`;

describe("iot-sql check", () => {
  describe("has nothing against", () => {
    const legal = [
      "SELECT * FROM 'a/#' WHERE a = 1",
      "SELECT * FROM '+/+'",
      "SELECT *",
      "SELECT VALUE a FROM 'a'",
      where("flag = true AND name = 'truth' AND 'x' = name"),
      where("lower(a) = 'true' AND cast(a AS String) <> 'false'"),
      where("topic(3) = 'c' AND topic(n) = 'x' AND topic(1.5) = 'a'"),
      where("'5' > 3 AND 'TRUE' AND NOT 'false'"),
      where("a + 1 > 2 AND a + 'x' = 'ax' AND 1 + '2' = '12'"),
      where("a IN [1, 2] AND EXISTS (SELECT b FROM c WHERE b = 1)"),
      where("CASE a WHEN 1 THEN true WHEN '1' THEN false END"),
      where("CASE isUndefined(a) WHEN true THEN 1 ELSE 'b' END = b"),
      item("get_or_default(a, {'b': -a.c})"),
      item("(SELECT VALUE b FROM a)"),
      "SET @a = 1, @b = @a + 1 SELECT @b.c, @b AS d FROM 'a' WHERE @a = 1",
      "SELECT a AS b, c AS b.d, e AS b.f FROM 'a'",
      "SELECT {'a': 1} AS b, c AS b.d FROM 'a'",
      "SELECT *, a AS b.c, d AS b.e FROM 'a'",
      "SELECT VALUE topic(1) FROM 'a'",
      where("isUndefined(gone) OR gone > 0"),
    ];
    for (const sql of legal) {
      it(sql, () => {
        assert.deepEqual(check(statementOf(sql)), []);
      });
    }
  });

  describe("refuses", () => {
    const rows: readonly [sql: string, code: ProblemCode, place: string, message: string][] = [
      [
        item("uper(a)"),
        "unknown-function",
        "1:8",
        "Function 'uper' is not a function of AWS IoT SQL; did you mean 'upper'?",
      ],
      [
        item("coalesce(a, 1)"),
        "unknown-function",
        "1:8",
        "Function 'coalesce' is not a function of AWS IoT SQL; did you mean 'get_or_default'?",
      ],
      [
        item("frobnicate(a)"),
        "unknown-function",
        "1:8",
        "Function 'frobnicate' is not a function of AWS IoT SQL.",
      ],
      [item("abs()"), "argument-count", "1:8", "Function 'abs' takes 1 argument, not 0."],
      [
        item("encode(a, 'hex')"),
        "argument",
        "1:18",
        "The encoding scheme must be the literal 'base64'.",
      ],
      [
        item("decode(a, 'base64', 'b')"),
        "argument",
        "1:28",
        "Decode takes 2 arguments with 'base64'.",
      ],
      [
        item("decode(a, 'hex', 'b')"),
        "argument",
        "1:25",
        "Decode takes 2 arguments with 'base64'.",
      ],
      [
        item("decode(*, 'proto', 'b')"),
        "argument",
        "1:18",
        "Decode takes 6 arguments with 'proto': value, 'proto', bucket, key, file, type.",
      ],
      [
        item("decode(*, 'proto', 'b', key, 'f', 't')"),
        "argument",
        "1:32",
        "Where the descriptor is must be a literal string.",
      ],
      [
        item("transform('merge', a, b)"),
        "argument",
        "1:18",
        "The mode of transform must be the literal 'enrichArray'.",
      ],
      [
        item("get_mqtt_property('topic')"),
        "argument",
        "1:26",
        "The property must be one of the literals 'content_type', 'format_indicator', 'response_topic', 'correlation_data'.",
      ],
      [
        item("parse_time('yyyy-bb', 1)"),
        "argument",
        "1:19",
        "'yyyy-bb' is no date pattern of Joda-Time.",
      ],
      [
        item("parse_time('yyyy', 1, 'Mars/Base')"),
        "argument",
        "1:30",
        "'Mars/Base' is no time zone.",
      ],
      [
        item("time_to_epoch(a, 'YYYY')"),
        "argument",
        "1:25",
        "'YYYY' is no date pattern of Java, or has letters not read here.",
      ],
      [item("get_thing_shadow('t', role)"), "argument", "1:30", "The role must be a literal ARN."],
      [
        item("get_secret('s', 'Secret', 'r')"),
        "argument",
        "1:24",
        "The type must be one of the literals 'SecretString', 'SecretBinary'.",
      ],
      [
        item("get_registry_data('ListThings', 't', 'r')"),
        "argument",
        "1:26",
        "The API must be one of the literals 'DescribeThing', 'ListThingGroupsForThing'.",
      ],
      [
        item("get_dynamodb('t', 'k', 'v', 's', 'r')"),
        "argument",
        "1:36",
        "A sort key has a name and a value, so there are 6 arguments.",
      ],
      [
        item("[get_dynamodb('t', 'k', a, 'r'), get_dynamodb('t', 'k', b, 'r')]"),
        "call-limit",
        "1:41",
        "Function 'get_dynamodb' may be called once in a statement; keep what it gives in a variable.",
      ],
      [
        item(`[${"decode(*, 'proto', 'b', 'k', 'f', 't'),".repeat(3).slice(0, -1)}]`),
        "call-limit",
        "1:87",
        "Function 'decode' may be called twice in a statement; keep what it gives in a variable.",
      ],
      [
        "SELECT a, b + 1 FROM 'a'",
        "alias",
        "1:11",
        "An item that is neither an attribute nor a function needs a name; add AS <name>.",
      ],
      [
        item("(SELECT -b FROM a)"),
        "alias",
        "1:16",
        "An item that is neither an attribute nor a function needs a name; add AS <name>.",
      ],
      ["SELECT a, b AS a FROM 'a'", "alias", "1:11", "The output already has 'a'."],
      ["SELECT upper(a), upper(b) FROM 'a'", "alias", "1:18", "The output already has 'upper'."],
      [item("(SELECT a AS b.c, d AS b FROM e)"), "alias", "1:26", "The output already has 'b.c'."],
      [
        "SELECT VALUE a, b FROM 'a'",
        "alias",
        "1:17",
        "SELECT VALUE gives one value; put several into [...] or {...}.",
      ],
      [
        "SELECT @a AS a FROM 'a'",
        "variable",
        "1:8",
        "There is no variable @a here; assign it by SET before.",
      ],
      [
        "SET @b = @a, @a = 1 SELECT @b AS b FROM 'a'",
        "variable",
        "1:10",
        "There is no variable @a here; assign it by SET before.",
      ],
      [
        "SET @a = 1, @a = 2 SELECT @a AS a FROM 'a'",
        "variable",
        "1:13",
        "The variable @a is assigned already.",
      ],
      [
        `SET @${"a".repeat(65)} = 1 SELECT b FROM 'a'`,
        "variable",
        "1:5",
        "The name of a variable has at most 64 characters.",
      ],
      [
        `SET ${Array.from({ length: 11 }, (_, n) => `@v${n}=1`).join(",")} SELECT b FROM 'a'`,
        "variable",
        "1:65",
        "A statement has at most 10 variables.",
      ],
    ];
    for (const [sql, code, at, message] of rows) {
      it(`${sql}: ${message}`, () => {
        const [problem, ...others] = check(statementOf(sql)).filter(
          ({ severity }) => severity === "error",
        );
        assert.ok(problem);
        assert.deepEqual([problem.code, place(problem), problem.message], [code, at, message]);
        assert.deepEqual(others, []);
        assert.ok(problemsOf(sql).some((refused) => refused.message === message));
      });
    }
  });

  describe("warns of", () => {
    const rows: readonly [sql: string, code: ProblemCode, place: string, message: string][] = [
      [
        where("alarm = 'true'"),
        "quoted-boolean",
        "1:37",
        "'true' in quotes is a String, which no Boolean equals; write true.",
      ],
      [
        where("'FALSE' <> isNull(a)"),
        "quoted-boolean",
        "1:29",
        "'FALSE' in quotes is a String, which no Boolean equals; write false.",
      ],
      [
        where("topic(2) = 5"),
        "never-equal",
        "1:40",
        "A String and a Number are never equal, so '=' is never true.",
      ],
      [
        where("length(a) <> 'x'"),
        "never-equal",
        "1:42",
        "A Number and a String are never equal, so '<>' is never false.",
      ],
      [
        where("[1] = {'a': 1}"),
        "never-equal",
        "1:35",
        "An Array and an Object are never equal, so '=' is never true.",
      ],
      [
        where("CASE topic(1) WHEN 1 THEN true END"),
        "never-equal",
        "1:48",
        "A String and a Number are never equal, so '=' is never true.",
      ],
      [
        where("a > 'hot'"),
        "always-undefined",
        "1:33",
        "'>' needs a Number, and this is a String, so the result is always Undefined.",
      ],
      [
        where("true < a"),
        "always-undefined",
        "1:29",
        "'<' needs a Number, and this is a Boolean, so the result is always Undefined.",
      ],
      [
        where("a AND 1"),
        "always-undefined",
        "1:35",
        "'AND' needs a Boolean, and this is a Number, so this side is always Undefined.",
      ],
      [
        where("'yes' OR a"),
        "always-undefined",
        "1:29",
        "'OR' needs a Boolean, and this is a String, so this side is always Undefined.",
      ],
      [
        "SELECT a, FROM 'a'",
        "no-effect",
        "1:9",
        "The comma after the last item separates nothing; remove it.",
      ],
      [
        item("(SELECT VALUE b,\n FROM a)"),
        "no-effect",
        "1:23",
        "The comma after the last item separates nothing; remove it.",
      ],
      [
        "select *, Topic(2) from 'a/b'",
        "unnamed",
        "1:11",
        "AWS documents no name for a function without AS, and the output has it as 'Topic'; add AS <name>.",
      ],
      [
        item("(SELECT upper(b) FROM a)"),
        "unnamed",
        "1:16",
        "AWS documents no name for a function without AS, and the output has it as 'upper'; add AS <name>.",
      ],
      [
        "SELECT cast(a AS Int) FROM 'a'",
        "unnamed",
        "1:8",
        "AWS documents no name for a function without AS, and the output has it as 'cast'; add AS <name>.",
      ],
      [
        "SELECT 5 AS a, b AS a.b FROM 'a'",
        "replaced",
        "1:16",
        "'a' is no object, so 'a.b' replaces it; select an object, or use another name.",
      ],
      [
        "SELECT b AS a, topic() AS a.b, c AS a.b.c FROM 'a'",
        "replaced",
        "1:32",
        "'a.b' is no object, so 'a.b.c' replaces it; select an object, or use another name.",
      ],
      [
        where("NOT 'yes'"),
        "always-undefined",
        "1:33",
        "'NOT' needs a Boolean, and this is a String, so the result is always Undefined.",
      ],
      [
        where("a IN 'abc'"),
        "always-undefined",
        "1:34",
        "'IN' needs an Array, and this is a String, so the result is always Undefined.",
      ],
      [
        item("- null"),
        "always-undefined",
        "1:10",
        "'-' needs a Number, and this is a Null, so the result is always Undefined.",
      ],
      [
        item("true + 1"),
        "always-undefined",
        "1:8",
        "'+' adds numbers or joins to a String, so the result is always Undefined.",
      ],
      [
        item("'x' + null"),
        "always-undefined",
        "1:8",
        "'+' adds numbers or joins to a String, so the result is always Undefined.",
      ],
      [where("false"), "where-never-true", "1:29", "WHERE is never true, so no message passes."],
      [
        where("a + 'x'"),
        "where-never-true",
        "1:29",
        "WHERE is a String, which is never true, so no message passes.",
      ],
      [
        where("[a]"),
        "where-never-true",
        "1:29",
        "WHERE is an Array, which is never true, so no message passes.",
      ],
      [
        item("topic(4)"),
        "topic-level",
        "1:8",
        "Topics of 'a/+/c' have 3 levels, so this is always Undefined.",
      ],
      [item("topic(0)"), "topic-level", "1:8", "Levels count from 1, so this is always Undefined."],
      [
        "SELECT a FROM 'a/#'",
        "fan-out",
        "1:15",
        "'a/#' takes every message below it, and each is billed; add WHERE or name the levels.",
      ],
      [
        item("machinelearning_predict('m', 'r', a)"),
        "retired",
        "1:8",
        "'machinelearning_predict' needs Amazon Machine Learning, which is closed; call a SageMaker endpoint from a function.",
      ],
      [
        "SELECT VALUE a AS b FROM 'a'",
        "no-effect",
        "1:14",
        "SELECT VALUE gives the value itself, so AS has no effect; remove it.",
      ],
    ];
    for (const [sql, code, at, message] of rows) {
      it(`${sql}: ${message}`, () => {
        const problems = check(statementOf(sql));
        const [problem, ...others] = problems;
        assert.ok(problem);
        assert.deepEqual(
          [problem.severity, problem.code, place(problem), problem.message],
          ["warning", code, at, message],
        );
        assert.deepEqual(others, []);
      });
    }
  });

  it("finds everything, in the order of the text, on every line", () => {
    const sql =
      "SELECT uper(a) AS b,\n  topic(9) AS c\nFROM 'a/+'\nWHERE flag = 'true' AND lenght(a) > 1";
    assert.deepEqual(
      check(statementOf(sql)).map((problem) => [problem.code, place(problem), problem.suggestion]),
      [
        ["unknown-function", "1:8", "upper"],
        ["topic-level", "2:3", undefined],
        ["quoted-boolean", "4:14", "true"],
        ["unknown-function", "4:25", "length"],
      ],
    );
  });
});
