import * as assert from "node:assert/strict";
import { createHandler, readSettings } from "../../../functions/iot-to-eventbridge/event-shaper";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { envelopeOf, readingOf, receivedAt, sqsEvent } from "../../support/events";
import { logged, loggedFailure } from "../logged";

const settings = { quarantineQueueUrl: "unused" };

const shape = (
  quarantine: (entries: QuarantineEntry[]) => Promise<number[]>,
  ...bodies: string[]
) => createHandler(settings, { quarantine })(sqsEvent(...bodies).Records);

describe("The event shaper of iot-to-eventbridge", () => {
  it("makes a detail of each valid reading, with the time it was received, in their order", async () => {
    const second = { deviceId: "pump-8" };
    const { answer, counts } = await logged(() =>
      shape(
        async () => [],
        envelopeOf(readingOf({ message: "bearing runs hot" })),
        envelopeOf(readingOf(second), second),
      ),
    );
    assert.deepEqual(answer, [
      { ...readingOf({ message: "bearing runs hot" }), receivedAt },
      { ...readingOf(second), receivedAt },
    ]);
    assert.deepEqual(counts, { Received: 2, Quarantined: 0, Failed: 0 });
  });

  it("omits invalid messages and quarantines them with their bytes; an empty result publishes no event", async () => {
    const entries: QuarantineEntry[] = [];
    const { answer, counts } = await logged(() =>
      shape(
        async (given) => {
          entries.push(...given);
          return [];
        },
        envelopeOf(Buffer.from("not json")),
      ),
    );
    assert.deepEqual(answer, []);
    assert.deepEqual(
      entries.map(({ reason, payload }) => [reason, payload]),
      [["not-json", Buffer.from("not json").toString("base64")]],
    );
    assert.deepEqual(counts, { Received: 1, Quarantined: 1, Failed: 0 });
  });

  it("copies no unknown field into an event", async () => {
    const { answer } = await logged(() =>
      shape(async () => [], envelopeOf({ ...readingOf(), surprise: { deep: true } })),
    );
    assert.deepEqual(answer, [{ ...readingOf(), receivedAt }]);
  });

  it("fails the batch if quarantining fails, so that the queue keeps it", async () => {
    const failure = await loggedFailure(() =>
      shape(async () => [0], envelopeOf(readingOf()), envelopeOf(Buffer.from("{"))),
    );
    assert.equal(failure.answer, "1 of 2 messages could not be quarantined: message-2.");
    assert.deepEqual(failure.counts, { Received: 2, Quarantined: 0, Failed: 1 });
  });

  it("does not start without the quarantine's URL", () => {
    assert.throws(() => readSettings({}), {
      message:
        "Environment variable QUARANTINE_QUEUE_URL is not set: deploy the function with its component.",
    });
    assert.deepEqual(readSettings({ QUARANTINE_QUEUE_URL: "url" }), { quarantineQueueUrl: "url" });
  });
});
