import * as assert from "node:assert/strict";
import { compile, compileTemplate, type Message, type SqlError } from "../../iot-sql";

const message = (payload: unknown, traceId = "t"): Message => ({
  topic: "devices/d1/telemetry",
  payload: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
  clientId: "c",
  principal: "p",
  sourceIp: "192.0.2.7",
  accountId: "123456789012",
  traceId,
  now: 5,
});

describe("iot-sql in its first form", () => {
  it("compiles a text to a rule", () => {
    const sql = "SELECT a, timestamp() AS t, traceid() AS i FROM 'devices/+/telemetry' WHERE a > 1";
    const rule = compile(sql);
    assert.equal(rule.sql, sql);
    assert.equal(rule.topicFilter, "devices/+/telemetry");
    assert.equal(rule.matches("devices/d1/telemetry"), true);
    assert.deepEqual(rule.evaluate(message({ a: 2 })), {
      kind: "match",
      value: { a: 2, t: 5, i: "t" },
      payload: Buffer.from('{"a":2,"t":5,"i":"t"}'),
    });
    assert.deepEqual(rule.evaluate(message({ a: 1 })), { kind: "no-match" });
    assert.deepEqual(rule.evaluate(message("x")), { kind: "no-match" });
    const outcome = rule.evaluate(message({ a: 2 }, ""));
    assert.deepEqual(outcome.kind === "match" && outcome.value, { a: 2, t: 5 });
  });

  it("says why a message has no outcome", () => {
    assert.deepEqual(compile("SELECT *, 1 AS a FROM 'a'").evaluate(message("x")), {
      kind: "error",
      reason:
        "The payload is not a JSON object, so '*' cannot stand beside other items; select encode(*, 'base64').",
    });
  });

  it("throws why a text is refused, with its place", () => {
    const rows: readonly [sql: string, position: number, message: string][] = [
      ["SELECT FROM 'a'", 7, "Line 1, column 8: expected an expression, found 'FROM'."],
      [
        "SELECT\n uper(a) AS b FROM 'a'",
        8,
        "Line 2, column 2: function 'uper' is not a function of AWS IoT SQL; did you mean 'upper'?",
      ],
      [
        "SELECT a ",
        8,
        "Line 1, column 9: FROM is missing (only Basic Ingest rules do without it); add FROM '<filter>'.",
      ],
    ];
    for (const [sql, position, text] of rows) {
      assert.throws(
        () => compile(sql),
        (error: SqlError) => {
          assert.deepEqual(
            [error.name, error.position, error.message],
            ["SqlError", position, text],
          );
          return true;
        },
      );
    }
  });

  it("fills templates, and throws why one is refused", () => {
    assert.equal(compileTemplate("${topic(2)}/${a}")(message({ a: 1 })), "d1/1");
    assert.throws(() => compileTemplate("${a"), {
      name: "SqlError",
      message: "Line 1, column 1: '${' is never closed; add '}'.",
    });
    assert.throws(() => compileTemplate("${@a}"), { name: "SqlError" });
  });
});
