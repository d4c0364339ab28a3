import type { FirehoseTransformationEvent } from "aws-lambda";
import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { createHandler, readSettings } from "../../functions/iot-to-quicksight";
import type { QuarantineEntry } from "../../functions/shared/quarantine";
import { understandRecords } from "../../operations/redrive/records";
import { envelopeOf, firehoseEvent, readingOf, receivedAt } from "../support/events";
import { logged } from "./logged";

/** A quarantine that takes everything but the entries at some places. */
function quarantine(missed: number[] = []) {
  const entries: QuarantineEntry[] = [];
  return {
    entries,
    take: async (given: QuarantineEntry[]) => {
      entries.push(...given.filter((_, place) => !missed.includes(place)));
      return missed;
    },
  };
}

const handle = (
  take: (entries: QuarantineEntry[]) => Promise<number[]>,
  event: FirehoseTransformationEvent,
) => logged(() => createHandler({ quarantineQueueUrl: "unused" }, { quarantine: take })(event));

const transform = async (...bodies: string[]) => {
  const { entries, take } = quarantine();
  const { answer, counts } = await handle(take, firehoseEvent(...bodies));
  const rows = answer.records.map(({ recordId, result, data }) => [
    recordId,
    result,
    result === "Ok" ? (JSON.parse(decoded(data)) as unknown) : decoded(data),
  ]);
  return { rows, counts, entries };
};

const decoded = (data: string | undefined): string => Buffer.from(data ?? "", "base64").toString();

const rowOf = (reading: ReturnType<typeof readingOf>, payload = reading as unknown) => ({
  ...reading,
  reading_time: reading.timestamp,
  receivedAt,
  payload: Buffer.from(JSON.stringify(payload)).toString("base64"),
});

describe("The transformer of iot-to-quicksight", () => {
  it("makes a row of each reading, in the order of the records", async () => {
    const [first, second] = [
      readingOf({ message: "bearing runs hot" }),
      readingOf({ deviceId: "pump-8" }),
    ];
    const { rows, counts } = await transform(
      envelopeOf(first),
      envelopeOf(second, { deviceId: "pump-8" }),
    );
    assert.deepEqual(rows, [
      ["record-1", "Ok", rowOf(first)],
      ["record-2", "Ok", rowOf(second)],
    ]);
    assert.deepEqual(counts, { Received: 2, Stored: 2, Quarantined: 0, Failed: 0 });
  });

  it("keeps repeated, late and out-of-order readings, each with its own time", async () => {
    const late = readingOf({ timestamp: receivedAt - 6 * 86_400_000 });
    const { rows } = await transform(
      envelopeOf(readingOf()),
      envelopeOf(late),
      envelopeOf(readingOf()),
    );
    assert.deepEqual(rows, [
      ["record-1", "Ok", rowOf(readingOf())],
      ["record-2", "Ok", rowOf(late)],
      ["record-3", "Ok", rowOf(readingOf())],
    ]);
  });

  it("drops an invalid message only after the quarantine has its bytes", async () => {
    const body = envelopeOf(Buffer.from([0xff, 0x00]));
    const { rows, counts, entries } = await transform(envelopeOf(readingOf()), body);
    assert.deepEqual(rows[1], ["record-2", "Dropped", body]);
    assert.deepEqual(entries, [
      {
        reason: "not-utf8",
        detail: "The payload is not UTF-8 text.",
        deviceId: "pump-7",
        receivedAt,
        payload: "/wA=",
      },
    ]);
    assert.deepEqual(counts, { Received: 2, Stored: 1, Quarantined: 1, Failed: 0 });
  });

  it("fails exactly the invalid messages that the quarantine does not take, with their data", async () => {
    const { take, entries } = quarantine([1]);
    const [taken, missed] = [envelopeOf("first"), envelopeOf("second")];
    const { answer, counts } = await handle(
      take,
      firehoseEvent(taken, envelopeOf(readingOf()), missed),
    );
    assert.deepEqual(
      answer.records.map(({ recordId, result, data }) => [recordId, result, decoded(data)]),
      [
        ["record-1", "Dropped", taken],
        ["record-2", "Ok", JSON.stringify(rowOf(readingOf()))],
        ["record-3", "ProcessingFailed", missed],
      ],
    );
    assert.equal(entries.length, 1);
    assert.deepEqual(counts, { Received: 3, Stored: 1, Quarantined: 1, Failed: 1 });
  });

  it("fails every invalid message while the quarantine is out of reach, and transforms the others", async () => {
    const { answer } = await handle(
      () => Promise.reject(Object.assign(new Error("Rate exceeded"), { name: "Throttling" })),
      firehoseEvent("no envelope", envelopeOf(readingOf()), envelopeOf("invalid")),
    );
    assert.deepEqual(
      answer.records.map(({ result }) => result),
      ["ProcessingFailed", "Ok", "ProcessingFailed"],
    );
  });

  it("copies no unknown field into a row", async () => {
    const given = { ...readingOf(), surprise: { deep: true } };
    const { rows } = await transform(envelopeOf(given));
    assert.deepEqual(rows, [["record-1", "Ok", rowOf(readingOf(), given)]]);
  });

  it("returns every record once, and each row leads a redrive to the bytes of its device", async () => {
    const message = fc.oneof(
      fc.string().map((text) => readingOf({ message: text.slice(0, 1000) })),
      fc.json(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 20 }), async (messages) => {
        const bodies = messages.map((one) => envelopeOf(one));
        const { take, entries } = quarantine();
        const { answer } = await handle(take, firehoseEvent(...bodies));
        assert.deepEqual(
          answer.records.map(({ recordId }) => recordId),
          bodies.map((_, place) => `record-${place + 1}`),
        );
        const dropped = answer.records.filter(({ result }) => result === "Dropped");
        assert.equal(dropped.length, entries.length);
        for (const [place, { result, data }] of answer.records.entries()) {
          if (result !== "Ok") continue;
          const understood = understandRecords([decoded(data)], "devices");
          assert.deepEqual(understood, understandRecords([bodies[place] ?? ""], "devices"));
          assert.equal(understood.kind, "originals");
        }
      }),
    );
  });

  it("answers a full buffer of the smallest messages within Lambda's 6 MB", async () => {
    // Firehose invokes with 1 MB of records: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
    const body = envelopeOf(readingOf());
    const bodies = Array.from({ length: Math.floor(1_048_576 / body.length) }, () => body);
    const { take } = quarantine();
    const { answer } = await handle(take, firehoseEvent(...bodies));
    const bytes = Buffer.byteLength(JSON.stringify(answer));
    assert.ok(bytes < 6_000_000, `${bytes} bytes`);
  });

  it("answers a full buffer of the largest texts within Lambda's 6 MB", async () => {
    const reading = readingOf({ message: "\u0001".repeat(4096) });
    const body = envelopeOf(reading);
    const bodies = Array.from({ length: Math.floor(1_048_576 / body.length) }, () => body);
    const { take } = quarantine();
    const { answer } = await handle(take, firehoseEvent(...bodies));
    assert.ok(answer.records.every(({ result }) => result === "Ok" || result === "Dropped"));
    const bytes = Buffer.byteLength(JSON.stringify(answer));
    assert.ok(bytes < 6_000_000, `${bytes} bytes`);
  });

  it("does not start without the quarantine's URL", () => {
    assert.throws(() => readSettings({}), {
      message:
        "Environment variable QUARANTINE_QUEUE_URL is not set: deploy the function with its component.",
    });
    assert.deepEqual(readSettings({ QUARANTINE_QUEUE_URL: "url" }), { quarantineQueueUrl: "url" });
  });
});
