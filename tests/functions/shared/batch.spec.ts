import * as assert from "node:assert/strict";
import {
  createBatchSplitter,
  type Incoming,
  type SplitBatch,
} from "../../../functions/shared/batch";
import type { Quarantine, QuarantineEntry } from "../../../functions/shared/quarantine";
import { createReadingParser } from "../../../functions/shared/reading-parser";
import { envelopeOf, readingOf, receivedAt } from "../../support/events";
import { logged } from "../logged";

/** The results of these bodies, by index, and the entries of each quarantine call. */
async function sorted(
  bodies: Incoming["body"][],
  quarantine: Quarantine = async () => [],
): Promise<SplitBatch & { calls: QuarantineEntry[][]; lines: Record<string, unknown>[] }> {
  const calls: QuarantineEntry[][] = [];
  const { answer, lines } = await logged(() =>
    createBatchSplitter(createReadingParser(), (entries) => {
      calls.push(entries);
      return quarantine(entries);
    })(bodies.map((body, index) => ({ id: `id-${index}`, body }))),
  );
  return { ...answer, calls, lines };
}

describe("createBatchSplitter", () => {
  it("returns readings with their ids and envelopes, in order, without a quarantine call", async () => {
    const { accepted, quarantined, failed, calls } = await sorted([
      envelopeOf(readingOf()),
      Buffer.from(envelopeOf(readingOf({ temperature: 1 }))),
    ]);
    assert.deepEqual(
      accepted.map(({ id, reading, envelope }) => [id, reading, envelope.deviceId]),
      [
        ["id-0", readingOf(), "pump-7"],
        ["id-1", readingOf({ temperature: 1 }), "pump-7"],
      ],
    );
    assert.deepEqual([quarantined, failed, calls], [0, [], []]);
  });

  it("quarantines all invalid records in one call, each with reason, detail, device, time and payload", async () => {
    const { accepted, quarantined, failed, calls } = await sorted([
      envelopeOf(7),
      envelopeOf(readingOf()),
      "no envelope",
    ]);
    assert.equal(accepted.length, 1);
    assert.deepEqual([quarantined, failed], [2, []]);
    assert.deepEqual(calls, [
      [
        {
          reason: "not-an-object",
          detail: "The payload is 7; it must be a JSON object.",
          deviceId: "pump-7",
          receivedAt,
          payload: Buffer.from("7").toString("base64"),
        },
        {
          reason: "not-an-envelope",
          detail: "The message did not come from a rule of this program.",
          payload: Buffer.from("no envelope").toString("base64"),
        },
      ],
    ]);
  });

  it("keeps the bytes of records that are not envelopes, even if they are not text", async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xc3]);
    const { calls } = await sorted([bytes]);
    assert.equal(calls[0]?.[0]?.payload, bytes.toString("base64"));
  });

  it("logs quarantined messages without their content", async () => {
    const { lines } = await sorted([envelopeOf(readingOf({ deviceId: "pump-8" })), "secret"]);
    assert.deepEqual(lines, [
      {
        level: "warn",
        message: "quarantined",
        deviceId: "pump-7",
        reason: "wrong-device",
        detail: 'deviceId is "pump-8"; the topic belongs to "pump-7".',
      },
      {
        level: "warn",
        message: "quarantined",
        reason: "not-an-envelope",
        detail: "The message did not come from a rule of this program.",
      },
    ]);
  });

  it("returns exactly the ids of records that were not quarantined", async () => {
    const { quarantined, failed } = await sorted(
      [envelopeOf(1), envelopeOf(readingOf()), envelopeOf(2), envelopeOf(3)],
      async () => [0, 2],
    );
    assert.deepEqual([quarantined, failed], [1, ["id-0", "id-3"]]);
  });

  it("returns all invalid records if the quarantine is unreachable", async () => {
    const { accepted, quarantined, failed, lines } = await sorted(
      [envelopeOf(1), envelopeOf(readingOf()), "?"],
      () => Promise.reject(new Error("no route")),
    );
    assert.equal(accepted.length, 1);
    assert.deepEqual([quarantined, failed], [0, ["id-0", "id-2"]]);
    assert.deepEqual(lines.at(-1), {
      level: "error",
      message: "the quarantine is out of reach",
      error: "Error: no route",
    });
  });
});
