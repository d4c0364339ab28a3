import * as assert from "node:assert/strict";
import type { FirehoseTransformationEvent } from "aws-lambda";
import { createHandler, readSettings } from "../../../functions/iot-to-redshift/row-shaper";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { readingId } from "../../../functions/shared/reading-id";
import { columnsOf } from "../../../reading/columns";
import { envelopeOf, readingOf, receivedAt } from "../../support/events";
import { logged } from "../logged";

const eventOf = (...texts: string[]): FirehoseTransformationEvent => ({
  invocationId: "invocation",
  deliveryStreamArn: "arn:aws:firehose:eu-central-1:123456789012:deliverystream/rows",
  region: "eu-central-1",
  records: texts.map((text, index) => ({
    recordId: `record-${index + 1}`,
    approximateArrivalTimestamp: receivedAt,
    data: Buffer.from(text).toString("base64"),
  })),
});

async function handle(texts: string[], missed: number[] = []) {
  const entries: QuarantineEntry[] = [];
  const quarantine = async (given: QuarantineEntry[]) => {
    entries.push(...given);
    return missed;
  };
  const run = createHandler({ quarantineQueueUrl: "unused" }, { quarantine });
  const { answer, counts } = await logged(() => run(eventOf(...texts)));
  const results = answer.records.map(({ recordId, result, data }) => ({
    ...{ recordId, result },
    text: Buffer.from(data ?? "", "base64").toString(),
  }));
  return { results, entries, counts };
}

describe("The row shaper of iot-to-redshift", () => {
  it("returns a valid reading as a line of JSON with the columns of the table", async () => {
    const reading = readingOf({ message: "hot" });
    const { results, entries, counts } = await handle([envelopeOf(reading)]);
    const [{ recordId, result, text } = assert.fail()] = results;
    assert.deepEqual([recordId, result, text.at(-1)], ["record-1", "Ok", "\n"]);
    const row = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual(row, { readingId: readingId(reading), ...reading, receivedAt });
    assert.deepEqual(Object.keys(row), ["readingId", ...columnsOf().map(({ name }) => name)]);
    assert.deepEqual(entries, []);
    assert.deepEqual(counts, { Received: 1, Quarantined: 0, Failed: 0 });
  });

  it("leaves members out that the definition does not name, and optional fields without a value", async () => {
    const { results } = await handle([envelopeOf({ ...readingOf(), extra: 1 })]);
    const row = JSON.parse(results[0]?.text ?? "") as object;
    assert.deepEqual("extra" in row || "message" in row, false);
  });

  it("gives a repeated reading the same id", async () => {
    const { results } = await handle([
      envelopeOf(readingOf()),
      envelopeOf(readingOf(), { at: receivedAt + 1 }),
    ]);
    const ids = results.map(({ text }) => (JSON.parse(text) as { readingId: string }).readingId);
    assert.equal(ids[0], ids[1]);
  });

  it("quarantines invalid messages and drops them, in any order with valid ones", async () => {
    const wrong = envelopeOf({ ...readingOf(), temperature: "hot" });
    const { results, entries, counts } = await handle([wrong, envelopeOf(readingOf()), "noise"]);
    assert.deepEqual(
      results.map(({ recordId, result }) => [recordId, result]),
      [
        ["record-1", "Dropped"],
        ["record-2", "Ok"],
        ["record-3", "Dropped"],
      ],
    );
    assert.deepEqual(
      entries.map(({ reason }) => reason),
      ["wrong-type", "not-an-envelope"],
    );
    assert.deepEqual(counts, { Received: 3, Quarantined: 2, Failed: 0 });
  });

  it("returns a message as it came if the quarantine did not take it", async () => {
    const { results, counts } = await handle(["noise", "more noise"], [1]);
    assert.deepEqual(results, [
      { recordId: "record-1", result: "Dropped", text: "noise" },
      { recordId: "record-2", result: "ProcessingFailed", text: "more noise" },
    ]);
    assert.deepEqual(counts, { Received: 2, Quarantined: 1, Failed: 1 });
  });

  it("does not start without its settings", () => {
    assert.throws(() => readSettings({}), /QUARANTINE_QUEUE_URL is not set/);
  });
});
