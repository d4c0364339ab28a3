import * as assert from "node:assert/strict";
import type { Reason } from "../../../functions/shared/invalid";
import { createReadingParser } from "../../../functions/shared/reading-parser";
import { spoilsOf } from "../../../local/devices/invalid";
import { createRandom } from "../../../local/devices/random";
import { createSensor } from "../../../local/devices/sensor";
import { payloadFault } from "../../../local/services/iot-core/limits";

const receivedAt = 1_795_478_400_000;
const reasons: Record<string, Reason> = {
  empty: "not-json",
  "not JSON": "not-json",
  "cut off": "not-json",
  "not a number": "not-json",
  "not UTF-8": "not-utf8",
  array: "not-an-object",
  "number as text": "wrong-type",
  "missing field": "missing-field",
  null: "wrong-type",
  "out of range": "out-of-range",
  "beyond double": "number-too-large",
  "too deep": "too-deep",
  "too long": "message-too-long",
  "lone surrogate": "lone-surrogate",
  "lone surrogate elsewhere": "lone-surrogate",
  "control character": "illegal-character",
  noncharacter: "illegal-character",
  "prototype keys": "missing-field",
  "wrong device": "wrong-device",
  "clock ahead": "clock-ahead",
  "clock behind": "clock-behind",
  "unknown status": "wrong-type",
};

describe("invalid messages", () => {
  const parse = createReadingParser();
  const sensor = createSensor("pump-7", createRandom(3));
  const spoils = spoilsOf();

  it("are of every kind that the fields have", () =>
    assert.deepEqual(spoils.map(([fault]) => fault).sort(), Object.keys(reasons).sort()));

  for (const critical of [false, true])
    for (const [fault, spoil] of spoils)
      it(`${critical ? "critical, " : ""}${fault}: refused for it, and small enough to be sent`, () => {
        const payload = spoil(sensor.measure(receivedAt, critical));
        const encoded = Buffer.from(payload).toString("base64");
        const verdict = parse({ deviceId: "pump-7", receivedAt, payload: encoded });
        assert.equal(verdict.ok ? "accepted" : verdict.reason, reasons[fault]);
        assert.equal(payloadFault(payload), undefined);
      });
});
