import * as assert from "node:assert/strict";
import { createEventWriter } from "../../../functions/iot-to-splunk/hec-event";
import { objectIn, type Json } from "../../../operations/redrive/json";
import { understandRecords } from "../../../operations/redrive/records";
import { fromSplunkEvents } from "../../../operations/redrive/splunk-events";
import { envelopeOf, readingOf, receivedAt } from "../../support/events";

const write = createEventWriter({ source: "aws-iot-core", sourcetype: "_json" });
const eventOf = (reading = readingOf()): string =>
  write({ id: "1", reading, envelope: { deviceId: reading.deviceId, receivedAt, payload: "" } });
const original = {
  topic: "devices/pump-7/telemetry",
  payload: Buffer.from(JSON.stringify(readingOf())),
  receivedAt,
  rewritten: `pump-7#${readingOf().timestamp}`,
};

describe("Events that Splunk has not acknowledged", () => {
  it("are the readings of their devices again, with their first time of receipt", () =>
    assert.deepEqual(fromSplunkEvents([objectIn(eventOf()), objectIn(eventOf())], "devices"), {
      kind: "originals",
      originals: [original, original],
    }));

  it("are read from a failed batch, as well as messages that were not transformed", () => {
    assert.deepEqual(understandRecords([eventOf()], "devices"), {
      kind: "originals",
      originals: [original],
    });
    assert.equal(understandRecords([envelopeOf(readingOf())], "devices").kind, "originals");
  });

  it("are understood all or not at all", () => {
    const mixed = [eventOf(), envelopeOf(readingOf())];
    assert.equal(fromSplunkEvents(mixed.map(objectIn), "devices"), undefined);
    assert.equal(fromSplunkEvents([], "devices"), undefined);
    assert.equal(understandRecords(mixed, "devices").kind, "unknown");
  });

  const changed = (changes: Json): Json => ({ ...objectIn(eventOf()), ...changes });
  for (const [what, event] of Object.entries<Json | undefined>({
    "that are no objects": undefined,
    "of a host that is no level of a topic": changed({
      host: "a/b",
      event: { ...readingOf(), deviceId: "a/b" },
    }),
    "of another host than the device": changed({ host: "pump-8" }),
    "without a reading": changed({ event: "text" }),
    "without a time of receipt": changed({ fields: {} }),
    "with a negative time of receipt": changed({ fields: { received_at: "-1" } }),
    "with a time of receipt that is no number": changed({ fields: { received_at: "soon" } }),
    "with an empty time of receipt": changed({ fields: { received_at: "" } }),
  }))
    it(`are not redriven ${what}`, () =>
      assert.equal(fromSplunkEvents([event], "devices"), undefined));
});
