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
import { logged } from "../logged";

const settings = { stateMachineArn: "unused", quarantineQueueUrl: "unused" };

/** Executions by name, as Step Functions has them: one of a name. */
function ports(changes: Partial<Ports> = {}) {
  const executions = new Map<string, Telemetry>();
  const entries: QuarantineEntry[] = [];
  return {
    executions,
    entries,
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
    assert.deepEqual(counts, { Received: 1, Stored: 1, Duplicates: 0, Quarantined: 0, Failed: 0 });
  });

  it("starts one execution for a reading received three times", async () => {
    const given = ports();
    const body = envelopeOf(readingOf());
    await handle(given, body, body);
    const { counts } = await handle(given, body);
    assert.equal(given.executions.size, 1);
    assert.deepEqual(counts, { Received: 1, Stored: 0, Duplicates: 1, Quarantined: 0, Failed: 0 });
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

  it("names executions so that a person can read them", () => {
    assert.equal(executionName(readingOf()), `pump-7-${receivedAt}`);
    assert.equal(executionName(readingOf({ deviceId: "a:b_c", timestamp: 1 })), "a_-b__c-1");
  });

  it("hashes names that would be too long", () => {
    const long = readingOf({ deviceId: "x".repeat(67) });
    assert.match(executionName(long), /^[0-9a-f]{64}$/);
    const fitting = readingOf({ deviceId: "x".repeat(66) });
    assert.equal(executionName(fitting), `${"x".repeat(66)}-${receivedAt}`);
  });

  it("generates valid names, equal for the same reading and distinct for others", () => {
    const deviceId = fc.string({
      unit: fc.constantFrom("a", "1", "_", "-", ":"),
      minLength: 1,
      maxLength: 128,
    });
    const time = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(deviceId, time, deviceId, time, (one, first, other, second) => {
        const a = executionName(readingOf({ deviceId: one, timestamp: first }));
        const b = executionName(readingOf({ deviceId: other, timestamp: second }));
        assert.match(a, /^[A-Za-z0-9_-]{1,80}$/);
        assert.equal(a === b, one === other && first === second);
      }),
    );
    assert.equal(executionName(readingOf({ temperature: 99 })), executionName(readingOf()));
  });

  it("does not start without its settings", () => {
    assert.throws(() => readSettings({}), /STATE_MACHINE_ARN is not set/);
    assert.throws(() => readSettings({ STATE_MACHINE_ARN: "arn" }), /QUARANTINE_QUEUE_URL/);
  });
});
