import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { createEnvelopeOpener } from "../../../functions/shared/envelope";

const envelope = { deviceId: "pump-7", receivedAt: 1_795_478_400_000, payload: "e30=" };
const openEnvelope = createEnvelopeOpener();
const open = (value: unknown) => openEnvelope(JSON.stringify(value));

describe("createEnvelopeOpener", () => {
  it("parses what a rule sends, without extra fields", () =>
    assert.deepEqual(open({ ...envelope, extra: 1, ["__proto__"]: { a: 1 } }), envelope));

  it("treats a missing payload as an empty message: a rule omits undefined values", () =>
    assert.deepEqual(open({ ...envelope, payload: undefined }), { ...envelope, payload: "" }));

  const foreign: [string, unknown][] = [
    ["a list", [envelope]],
    ["null", null],
    ["text", "pump-7"],
    ["no device", { ...envelope, deviceId: undefined }],
    ["a device that is no text", { ...envelope, deviceId: 7 }],
    ["no time", { ...envelope, receivedAt: undefined }],
    ["a time that is text", { ...envelope, receivedAt: "1795478400000" }],
    ["a time between two milliseconds", { ...envelope, receivedAt: 0.5 }],
    ["a time beyond exact numbers", { ...envelope, receivedAt: 2 ** 53 }],
    ["a payload that is no text", { ...envelope, payload: { status: "ok" } }],
    ["a payload that is null", { ...envelope, payload: null }],
  ];
  for (const [what, value] of foreign)
    it(`does not take ${what} for one`, () => assert.equal(open(value), undefined));

  it("does not throw on text that is not JSON", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        assert.equal(openEnvelope(`?${text}`), undefined);
      }),
    );
  });
});
