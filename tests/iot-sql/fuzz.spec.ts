import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { check, compile, parse, type Problem, render } from "../../iot-sql";
import { messageOf, seen } from "./evaluation";
import { runsOf } from "../support/long-test";

/** How many texts are tried in all; the environment may ask for more. */
const INPUTS = Number(process.env.IOT_SQL_FUZZ ?? runsOf(100_000));

const VALID = [
  "SELECT * FROM 'a/b'",
  "SET @a = x * 2, @b = [@a, 1] SELECT @b AS b, VALUE FROM 'a/+' WHERE @a > 1 AND NOT x IN [1, 2]",
  "SELECT VALUE transform('enrichArray', {'k': a.b}, (SELECT * FROM e AS r WHERE r.n <> 'x')) FROM 'a/#'",
  "SELECT CASE a WHEN 1 THEN 'one' WHEN null THEN -2.5e-3 ELSE cast(b AS Int) END AS c, d.e AS f.g FROM 'a'",
  "SELECT regexp_replace(a, '(b)c+', '$1') AS d, parse_time(\"yyyy 'at' HH\", ts, 'UTC') AS t FROM '$aws/things/+/x' WHERE EXISTS (SELECT a FROM e)",
  "SELECT encode(*, 'base64') AS p, topic(2) AS d, get_or_default(a % b, concat(a, b)) AS g, time_to_epoch(a, 'yyyy') AS h",
  "SELECT substring(a, b, c) AS s, trunc(a, b) AS t, power(a, b) AS u, chr(a) AS v, lpad(a, b) AS w, md2(a) AS x, get(a, b) AS y, decode(a, 'base64') AS z FROM 'a'",
];
const TOLERATED = [
  "SELECT *, topic(2), a AS r, b AS r.x, FROM 'a/+' WHERE isUndefined(c) OR c > 0 AND NOT (false AND d)",
  "SELECT (SELECT upper(n), FROM e) AS v, get((SELECT c FROM b), 0).c AS w, -x AS y, FROM 'a'",
];
const WORDS = [
  ..."SELECT FROM WHERE SET AS VALUE AND OR NOT IN EXISTS CASE WHEN THEN ELSE END null true FALSE a b.c value topic( upper( concat( get( encode( cast( decode( @a @b ( ) [ ] { } * , . : + - / % = <> <= > == != 1 2.5 1e9 12345678901234567890 9e999 'a' 'a/+' 'base64' 'true' '(a+)+$' ' ${ } $ # ; -- é \u{1F600} \uD800 \\".split(
    " ",
  ),
  '"b"',
  '"',
  "\n",
  "\0",
];
const PAYLOADS = [
  Buffer.from("{}"),
  Buffer.from('{"a":1,"b":{"c":"x"},"x":3,"e":[{"n":"y","a":1},2],"ts":5,"c":2}'),
  Buffer.from('{"a":"aaaa","b":-1,"c":null,"x":12345678901234567890,"e":{}}'),
  Buffer.from('{"a":["1"],"b":true,"x":"7","ts":1e300,"e":"text","c":[]}'),
  Buffer.from(
    '{"a":0.12345678901234567890,"b":{"c":1e400,"x":-7},"x":9007199254740993,"e":[{"n":1e-400}]}',
  ),
  Buffer.from([0xff, 0x00]),
  Buffer.alloc(0),
];

const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((list) => list.join(" "));
const mutated = fc
  .tuple(
    fc.constantFrom(...VALID, ...TOLERATED),
    fc.nat(300),
    fc.nat(20),
    fc.constantFrom("", "", ...WORDS, ...VALID),
  )
  .map(([sql, at, length, by]) => sql.slice(0, at) + by + sql.slice(at + length));
const texts = fc.oneof(
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }) },
  { weight: 3, arbitrary: words },
  { weight: 2, arbitrary: words.map((text) => `SELECT ${text} AS v FROM 'a'`) },
  { weight: 2, arbitrary: words.map((text) => `SELECT a FROM 'a' WHERE ${text}`) },
  { weight: 5, arbitrary: mutated },
);

function checkProblems(sql: string, problems: readonly Problem[]): void {
  for (const { line, column, message, severity } of problems) {
    const written = sql.split("\n")[line - 1];
    assert.ok(written !== undefined && column >= 1 && column <= written.length + 1, message);
    assert.match(message, /^[^a-z][^]*[.?]$/);
    assert.match(severity, /^(error|warning)$/);
  }
}

/** Takes a text as far as it goes. */
function tryAll(text: string, payload: Buffer): void {
  const message = messageOf(payload);
  const rendering = render(text, message);
  if (!rendering.ok && "problems" in rendering) checkProblems(text, rendering.problems);
  const parsed = parse(text);
  if (!parsed.ok) {
    assert.equal(parsed.problems.length, 1);
    return checkProblems(text, parsed.problems);
  }
  const problems = check(parsed.statement);
  checkProblems(text, problems);
  const compiled = compile(parsed.statement);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (!compiled.ok) {
    assert.ok(compiled.problems.length >= Math.max(errors.length, 1));
    return checkProblems(text, compiled.problems);
  }
  assert.deepEqual(errors, []);
  const evaluation = seen(compiled.evaluate(message));
  if (evaluation.matched && !Buffer.isBuffer(evaluation.output)) {
    assert.deepEqual(JSON.parse(Buffer.from(evaluation.payload).toString()), evaluation.output);
  }
}

describe("iot-sql fuzzing", () => {
  it(`takes ${INPUTS} texts, or refuses them, and never throws`, function () {
    this.timeout(120_000);
    fc.assert(fc.property(texts, fc.constantFrom(...PAYLOADS), tryAll), {
      numRuns: INPUTS,
      interruptAfterTimeLimit: undefined,
    });
  });

  it("takes what is valid", () => {
    for (const sql of [...VALID, ...TOLERATED].filter((text) => !text.includes("VALUE FROM"))) {
      const parsed = parse(sql);
      assert.ok(parsed.ok && compile(parsed.statement).ok, sql);
    }
  });
});
