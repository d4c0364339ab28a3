import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { createEventWriter, readEventSettings } from "../../../functions/iot-to-splunk/hec-event";
import { readEvents } from "../../../local/doubles/splunk-events";
import { fromSplunkEvents } from "../../../operations/redrive/splunk-events";
import { readingOf, receivedAt } from "../../support/events";

const settings = { source: "aws-iot-core", sourcetype: "_json" };
const accepted = (changes: Parameters<typeof readingOf>[0] = {}, at = receivedAt) => ({
  id: "1",
  reading: readingOf(changes),
  envelope: { deviceId: changes.deviceId ?? "pump-7", receivedAt: at, payload: "" },
});
const write = createEventWriter(settings);

describe("An event of Splunk", () => {
  it("has the time of the reading in seconds, the device as host, and the reading as it is", () => {
    const event = JSON.parse(write(accepted({ timestamp: receivedAt + 7 }))) as {
      fields: Record<string, string>;
    };
    assert.match(event.fields.reading_id ?? "", /^[A-Za-z0-9_-]{32}$/);
    assert.deepEqual(event, {
      time: (receivedAt + 7) / 1000,
      host: "pump-7",
      source: "aws-iot-core",
      sourcetype: "_json",
      event: readingOf({ timestamp: receivedAt + 7 }),
      fields: { reading_id: event.fields.reading_id, received_at: String(receivedAt) },
    });
  });

  it("has an index only if one is set", () => {
    const withIndex = createEventWriter({ ...settings, index: "iot" });
    assert.equal((JSON.parse(withIndex(accepted())) as { index?: string }).index, "iot");
    assert.equal("index" in (JSON.parse(write(accepted())) as object), false);
    assert.deepEqual(readEventSettings({ HEC_SOURCE: "s", HEC_SOURCETYPE: "t", HEC_INDEX: "i" }), {
      source: "s",
      sourcetype: "t",
      index: "i",
    });
    assert.deepEqual(readEventSettings({ HEC_SOURCE: "s", HEC_SOURCETYPE: "t" }), {
      source: "s",
      sourcetype: "t",
    });
  });

  it("has the same id for the same content, whenever it is received, and another for other content", () => {
    const idOf = (text: string) =>
      (JSON.parse(text) as { fields: { reading_id: string } }).fields.reading_id;
    assert.equal(idOf(write(accepted())), idOf(write(accepted({}, receivedAt + 5000))));
    assert.notEqual(idOf(write(accepted())), idOf(write(accepted({ status: "critical" }))));
  });

  const reading = fc.record({
    deviceId: fc.stringMatching(/^[A-Za-z0-9:_-]{1,128}$/),
    timestamp: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    temperature: fc.double({ min: -100, max: 200, noNaN: true }),
    message: fc.string({ unit: "grapheme", maxLength: 200 }),
  });

  it("is accepted by the collector, also one after the other, whatever the readings are", () => {
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1, maxLength: 5 }), (readings) => {
        const body = readings.map((one) => write(accepted(one))).join("");
        const events = readEvents(body, { indexes: ["main"], now: receivedAt });
        assert.ok(Array.isArray(events), JSON.stringify(events));
        assert.deepEqual(
          events.map(({ host, time }) => [host, time]),
          readings.map(({ deviceId, timestamp }) => [deviceId, timestamp / 1000]),
        );
      }),
    );
  });

  it("is redriven as a reading with the same id and the time of its first receipt", () => {
    fc.assert(
      fc.property(reading, (one) => {
        const text = write(accepted(one));
        const originals = fromSplunkEvents([JSON.parse(text) as never], "plant/devices");
        const [original] = originals?.originals ?? [];
        assert.equal(original?.topic, `plant/devices/${one.deviceId}/telemetry`);
        assert.equal(original.receivedAt, receivedAt);
        assert.equal(original.rewritten, `${one.deviceId}#${one.timestamp}`);
        const again = JSON.parse(Buffer.from(original.payload).toString()) as typeof one;
        assert.equal(write(accepted(again)), text);
      }),
    );
  });

  it("is not redriven if it is not an event of this program", () => {
    const event = JSON.parse(write(accepted())) as Record<string, unknown>;
    for (const changed of [
      { ...event, host: "another" },
      { ...event, host: "a/b", event: { deviceId: "a/b" } },
      { ...event, fields: {} },
      { ...event, fields: { received_at: "" } },
      { ...event, fields: { received_at: "-1" } },
      { ...event, fields: { received_at: "1.5" } },
      { ...event, event: "text" },
      {},
      undefined,
    ])
      assert.equal(
        fromSplunkEvents([event, changed], "devices"),
        undefined,
        JSON.stringify(changed),
      );
    assert.equal(fromSplunkEvents([], "devices"), undefined);
  });
});
