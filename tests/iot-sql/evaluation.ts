import * as assert from "node:assert/strict";
import { compile, type Message, type Outcome, type SqlError } from "../../iot-sql";

/** The clock of every message in these tests: 2023-11-14T22:13:20Z. */
export const NOW = 1_700_000_000_000;

/** A message with this payload: JSON of a value, or the bytes themselves. */
export function messageOf(payload: unknown, changes: Partial<Message> = {}): Message {
  return {
    topic: "devices/d1/telemetry",
    payload: payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload)),
    clientId: "client-1",
    principal: "ba67293af50bf2506f5f93469686da66",
    sourceIp: "192.0.2.7",
    accountId: "123456789012",
    traceId: "6f1b2c3d-0000-4000-8000-000000000000",
    now: NOW,
    ...changes,
  };
}

/** What a SELECT list, with an optional WHERE, makes of a payload. */
export function outcomeOf(clauses: string, payload: unknown = {}): Outcome {
  const [items, where] = clauses.split(" WHERE ");
  const condition = where === undefined ? "" : ` WHERE ${where}`;
  return compile(`SELECT ${items} FROM 'a'${condition}`).evaluate(messageOf(payload));
}

/** The output object of a SELECT list. */
export function outputOf(items: string, payload: unknown = {}): unknown {
  const outcome = outcomeOf(items, payload);
  assert.equal(outcome.kind, "match");
  return outcome.kind === "match" ? outcome.value : undefined;
}

/** The value of one expression; undefined for Undefined, which the output leaves out. */
export function valueOf(expression: string, payload: unknown = {}): unknown {
  const output = outputOf(`${expression} AS v`, payload) as Record<string, unknown>;
  return output.v;
}

/** The refusal that an action throws. */
export function refusalOf(action: () => unknown): SqlError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.equal(error.name, "SqlError");
    return error as SqlError;
  }
  throw new assert.AssertionError({ message: "nothing was refused" });
}

/** Declares one test for each row `[expression, expected value, payload]`. */
export function table(rows: readonly (readonly [string, unknown, unknown?])[]): void {
  for (const [expression, expected, payload] of rows) {
    const given = payload === undefined ? "" : ` given ${JSON.stringify(payload)}`;
    const shown = expected === undefined ? "Undefined" : JSON.stringify(expected);
    it(`${expression} is ${shown}${given}`, () => {
      assert.deepEqual(valueOf(expression, payload), expected);
    });
  }
}
