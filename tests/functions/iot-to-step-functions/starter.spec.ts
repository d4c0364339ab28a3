import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import {
  createHandler,
  executionName,
  readSettings,
  type Ports,
} from "../../../functions/iot-to-step-functions/starter";
import type { Telemetry } from "../../../functions/iot-to-step-functions/telemetry";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { envelopeOf, readingOf, receivedAt, sqsEvent } from "../../support/events";
import { readingId } from "../../../functions/shared/reading-id";
import { memoryGate, type MemoryGate } from "../../support/memory-gate";
import { logged } from "../logged";

const gateLimits = { deviceBudget: 12, totalBudget: 1000, quietMinutes: 15, repeatMinutes: 60 };
const settings = {
  stateMachineArn: "unused",
  quarantineQueueUrl: "unused",
  limits: { temperature: 80 },
  gateTableName: "unused",
  gateLimits,
};

/** Executions by name, as Step Functions has them: one of a name. */
function ports(changes: Partial<Ports & { gate: MemoryGate }> = {}) {
  const executions = new Map<string, Telemetry>();
  const entries: QuarantineEntry[] = [];
  const gate = memoryGate();
  return {
    executions,
    entries,
    gate,
    start: async (name: string, telemetry: Telemetry) => {
      const isNew = !executions.has(name);
      if (isNew) executions.set(name, telemetry);
      return isNew;
    },
    quarantine: async (given: QuarantineEntry[]) => {
      entries.push(...given);
      return [];
    },
    ...changes,
  };
}
const handle = (given: Ports, ...bodies: string[]) =>
  logged(() => createHandler(settings, given)(sqsEvent(...bodies)));

describe("The starter of iot-to-step-functions", () => {
  it("starts an execution with the reading and the time it was received", async () => {
    const given = ports();
    const { answer, counts } = await handle(given, envelopeOf(readingOf()));
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual([...given.executions.values()], [{ ...readingOf(), receivedAt }]);
    assert.deepEqual(counts, {
      ...{ Received: 1, Stored: 1, Muted: 0, Duplicates: 0, Quarantined: 0, Failed: 0 },
    });
  });

  it("starts one execution for a reading received three times", async () => {
    const given = ports();
    const body = envelopeOf(readingOf());
    await handle(given, body, body);
    const { counts } = await handle(given, body);
    assert.equal(given.executions.size, 1);
    assert.deepEqual(counts, {
      ...{ Received: 1, Stored: 0, Muted: 0, Duplicates: 1, Quarantined: 0, Failed: 0 },
    });
  });

  it("starts one execution for 1,000 critical readings of one device 1 ms apart, and records the others as muted", async () => {
    const given = ports();
    const bodies = Array.from({ length: 1000 }, (_, nth) =>
      envelopeOf(readingOf({ status: "critical", timestamp: receivedAt + nth }), {
        at: receivedAt + nth,
      }),
    );
    const batches = Array.from({ length: 100 }, (_, nth) => bodies.slice(nth * 10, nth * 10 + 10));
    const { answer } = await logged(() =>
      Promise.all(batches.map((batch) => createHandler(settings, given)(sqsEvent(...batch)))),
    );
    assert.deepEqual(
      answer.flatMap(({ batchItemFailures }) => batchItemFailures),
      [],
    );
    assert.equal(given.executions.size, 1);
    const decisions = [...given.gate.decided.values()];
    assert.equal(decisions.length, 1000);
    assert.equal(decisions.filter((one) => one === "muted").length, 999);
  });

  it("starts an execution when the level changes, and when a value goes beyond its limit", async () => {
    const given = ports();
    const of = (nth: number, changes: Partial<Telemetry>) =>
      envelopeOf(readingOf({ timestamp: receivedAt + nth, ...changes }), { at: receivedAt + nth });
    const { counts } = await handle(
      given,
      of(0, { status: "warning" }),
      of(1, { status: "warning", temperature: 79 }),
      of(2, { status: "warning", temperature: 81 }),
      of(3, { status: "warning", temperature: 85 }),
      of(4, { status: "critical", temperature: 85 }),
    );
    assert.deepEqual([counts?.Stored, counts?.Muted], [3, 2]);
    assert.deepEqual(
      [...given.executions.values()].map(({ timestamp }) => timestamp - receivedAt),
      [0, 2, 4],
    );
  });

  it("starts an execution for other content of the same time", async () => {
    const given = ports();
    const warning = envelopeOf(readingOf({ status: "warning" }));
    const { counts } = await handle(given, warning, envelopeOf(readingOf({ status: "critical" })));
    assert.equal(counts?.Stored, 2);
    assert.equal(given.executions.size, 2);
  });

  it("starts the execution that it admitted and could not start when the message comes again", async () => {
    const { start } = ports();
    const given = ports({ start: () => Promise.reject(new Error("Rate exceeded")) });
    const body = envelopeOf(readingOf({ status: "critical" }));
    const { answer } = await handle(given, body);
    assert.equal(answer.batchItemFailures.length, 1);
    given.start = start;
    const { counts } = await handle(given, body);
    assert.equal(counts?.Stored, 1);
  });

  it("quarantines an invalid message and starts nothing for it", async () => {
    const given = ports();
    const { answer } = await handle(given, envelopeOf(Buffer.from("[1")), envelopeOf(readingOf()));
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.equal(given.executions.size, 1);
    assert.deepEqual(
      given.entries.map(({ reason }) => reason),
      ["not-json"],
    );
  });

  it("returns only messages whose execution could not be started", async () => {
    const { start } = ports();
    const given = ports({
      start: async (name, telemetry) => {
        if (telemetry.deviceId === "pump-8")
          throw Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
        return start(name, telemetry);
      },
    });
    const second = { deviceId: "pump-8" };
    const { answer, lines } = await handle(
      given,
      envelopeOf(readingOf()),
      envelopeOf(readingOf(second), second),
    );
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "message-2" }] });
    assert.deepEqual(lines[0], {
      level: "error",
      message: "execution not started",
      deviceId: "pump-8",
      error: "ThrottlingException: Rate exceeded",
    });
  });

  it("returns messages that were not quarantined", async () => {
    const given = ports({ quarantine: async () => [0] });
    const { answer } = await handle(given, envelopeOf(Buffer.from("{")));
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "message-1" }] });
  });

  it("names executions so that a person finds those of a device", () => {
    const reading = readingOf();
    assert.equal(executionName(reading), `pump-7-${receivedAt}-${readingId(reading)}`);
    const other = readingOf({ deviceId: "a:b_c", timestamp: 1 });
    assert.equal(executionName(other), `a_b_c-1-${readingId(other)}`);
  });

  it("cuts a long device id, so that a name has at most 80 characters", () => {
    const long = readingOf({ deviceId: "x".repeat(128) });
    const name = executionName(long);
    assert.equal(name, `${"x".repeat(33)}-${receivedAt}-${readingId(long)}`);
    assert.equal(name.length, 80);
  });

  it("generates valid names, equal for the same content and distinct for other content", () => {
    const deviceId = fc.string({
      unit: fc.constantFrom("a", "1", "_", "-", ":"),
      minLength: 1,
      maxLength: 128,
    });
    const reading = fc.record({
      deviceId,
      timestamp: fc.integer({ min: 0, max: 3 }),
      status: fc.constantFrom("warning" as const, "critical" as const),
      temperature: fc.integer({ min: 20, max: 22 }),
    });
    fc.assert(
      fc.property(reading, reading, (one, other) => {
        const [a, b] = [executionName(readingOf(one)), executionName(readingOf(other))];
        assert.match(a, /^[A-Za-z0-9_-]{1,80}$/);
        assert.equal(executionName(readingOf({ ...one })), a);
        assert.equal(a === b, JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it("does not start without its settings", () => {
    assert.throws(() => readSettings({}), /STATE_MACHINE_ARN is not set/);
    assert.throws(() => readSettings({ STATE_MACHINE_ARN: "arn" }), /QUARANTINE_QUEUE_URL/);
    const env = {
      STATE_MACHINE_ARN: "arn",
      QUARANTINE_QUEUE_URL: "url",
      LIMITS: '{"temperature":80}',
      GATE_TABLE_NAME: "gate",
      GATE_LIMITS: JSON.stringify(gateLimits),
    };
    assert.deepEqual(readSettings(env), {
      stateMachineArn: "arn",
      quarantineQueueUrl: "url",
      limits: { temperature: 80 },
      gateTableName: "gate",
      gateLimits,
    });
    for (const name of ["LIMITS", "GATE_TABLE_NAME", "GATE_LIMITS"])
      assert.throws(() => readSettings({ ...env, [name]: undefined }), new RegExp(name));
  });
});
