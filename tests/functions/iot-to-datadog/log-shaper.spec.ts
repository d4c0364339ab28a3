import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { transformMebibytes } from "../../../components/parts/datadog-logs";
import { createLogWriter } from "../../../functions/iot-to-datadog/log-entry";
import { createHandler, readSettings } from "../../../functions/iot-to-datadog/log-shaper";
import type { Accepted } from "../../../functions/shared/batch";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import type { Definition } from "../../../reading/definition";
import { definition } from "../../../reading/fields";
import type { Reading } from "../../../reading/reading";
import { envelopeOf, readingOf, receivedAt } from "../../support/events";
import { firehoseEvent, fullBuffer, textOf } from "../iot-to-splunk/events";
import { logged } from "../logged";

const settings = { service: "iot-devices", quarantineQueueUrl: "unused" };
const hour = 3_600_000;

describe("The log shaper of iot-to-datadog", () => {
  const shape = (
    data: (string | Uint8Array)[],
    quarantine: (entries: QuarantineEntry[]) => Promise<number[]> = async () => [],
  ) => {
    const ports = { quarantine, now: () => receivedAt };
    return logged(() => createHandler(settings, ports)(firehoseEvent(...data)));
  };
  const results = (answer: { records: { result: string }[] }) =>
    answer.records.map(({ result }) => result);

  it("answers each record with its log, in order", async () => {
    const deviceId = "plant-1:pump-8";
    const { answer, counts } = await shape([
      envelopeOf(readingOf()),
      envelopeOf(readingOf({ deviceId, status: "critical" }), { deviceId }),
    ]);
    const [first, second] = answer.records.map(
      ({ data }) => JSON.parse(textOf(data)) as Record<string, unknown>,
    );
    assert.deepEqual(first, {
      ddsource: "aws-iot-core",
      ddtags: "site:none",
      hostname: "pump-7",
      service: "iot-devices",
      status: "info",
      timestamp: readingOf().timestamp,
      message: first?.message,
      reading: readingOf(),
      reading_id: "atVfQFW6LHPg1rAy4bFxMpB784-skSDL",
      received_at: receivedAt,
    });
    assert.match(String(first.message), /^temperature=21\.5 .*status=ok$/);
    assert.deepEqual(
      [second?.hostname, second?.ddtags, second?.status],
      ["plant-1:pump-8", "site:plant-1", "critical"],
    );
    assert.deepEqual(counts, { Received: 2, Processed: 2, Quarantined: 0, Failed: 0 });
  });

  it("answers repetitions with the same log", async () => {
    const { answer } = await shape([envelopeOf(readingOf()), envelopeOf(readingOf())]);
    assert.equal(answer.records[0]?.data, answer.records[1]?.data);
  });

  it("drops an invalid record only after the quarantine has it", async () => {
    const entries: QuarantineEntry[] = [];
    const { answer, counts } = await shape(
      [envelopeOf(Buffer.from([0xff])), envelopeOf(readingOf())],
      async (all) => {
        entries.push(...all);
        return [];
      },
    );
    assert.deepEqual(results(answer), ["Dropped", "Ok"]);
    assert.deepEqual(
      entries.map(({ reason }) => reason),
      ["not-utf8"],
    );
    assert.equal(counts?.Quarantined, 1);
  });

  it("fails exactly the invalid records that the quarantine did not take, as they came", async () => {
    const bad = envelopeOf(Buffer.from([0xff]));
    const { answer } = await shape([bad, envelopeOf(readingOf()), bad], async () => [1]);
    assert.deepEqual(results(answer), ["Dropped", "Ok", "ProcessingFailed"]);
    assert.equal(textOf(answer.records[2]?.data), bad);
  });

  it("fails all invalid records if the quarantine is out of reach, and no other", async () => {
    const { answer } = await shape([envelopeOf(Buffer.from([0xff])), envelopeOf(readingOf())], () =>
      Promise.reject(new Error("denied")),
    );
    assert.deepEqual(results(answer), ["ProcessingFailed", "Ok"]);
  });

  it("answers the smallest messages of a full buffer with less than 6 MB, with the longest service", async () => {
    const ports = { quarantine: async () => [], now: () => receivedAt };
    const shapeAll = createHandler({ ...settings, service: "s".repeat(100) }, ports);
    const { answer } = await logged(() => shapeAll(fullBuffer(transformMebibytes)));
    assert.ok(answer.records.length > 2500, `${answer.records.length} records`);
    assert.ok(JSON.stringify(answer).length < 6_000_000);
    assert.ok(results(answer).every((result) => result === "Ok"));
  });

  it("answers an empty batch", async () => {
    assert.deepEqual((await shape([])).answer, { records: [] });
  });

  it("reads its settings from the environment", () => {
    const env = { LOG_SERVICE: "s", QUARANTINE_QUEUE_URL: "q" };
    assert.deepEqual(readSettings(env), { service: "s", quarantineQueueUrl: "q" });
    assert.throws(() => readSettings({ QUARANTINE_QUEUE_URL: "q" }), /LOG_SERVICE/);
  });
});

describe("A log of Datadog", () => {
  const accepted = (reading: Reading): Accepted => ({
    ...{ id: "1", reading },
    envelope: { deviceId: reading.deviceId, receivedAt, payload: "" },
  });
  const logOf = (reading: Reading, now = receivedAt, of: Definition = definition) =>
    JSON.parse(createLogWriter(settings, () => now, of)(accepted(reading))) as Record<
      string,
      unknown
    >;

  it("says the time of the reading unless Datadog could drop the log for it", () => {
    const { timestamp } = readingOf();
    assert.equal(logOf(readingOf(), timestamp + 12 * hour - 1).timestamp, timestamp);
    const old = logOf(readingOf(), timestamp + 12 * hour);
    assert.equal("timestamp" in old, false);
    assert.deepEqual(old.reading, readingOf());
  });

  it("says what the device says of itself, or its values", () => {
    const { remark = "" } = definition;
    assert.equal(logOf({ ...readingOf(), [remark]: "valve stuck" }).message, "valve stuck");
    const { remark: _, severity: __, ...plain } = definition;
    const log = logOf(readingOf(), receivedAt, plain);
    assert.match(String(log.message), /^temperature=21\.5 humidity=40 pressure=1013 status=ok$/);
    assert.equal(log.status, "info");
  });

  it("contains the whole reading, whatever its text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (message) => {
        const reading = { ...readingOf(), message } as Reading;
        assert.deepEqual(logOf(reading).reading, reading);
      }),
    );
  });
});
