import * as assert from "node:assert/strict";
import { createLedger, deviceOf, hashOf } from "../../../local/account/ledger";

const record = (deviceId: string, payload: string | Uint8Array, kind = "ok") => ({
  deviceId,
  payload: Buffer.from(payload as string),
  kind,
});

describe("the ledger", () => {
  it("knows a message by its device and its bytes, and a reading by device and time", () => {
    const ledger = createLedger();
    const text = '{"timestamp":5,"status":"critical","temperature":1}';
    ledger.record(record("a", text, "critical"));
    assert.deepEqual(ledger.entries(), [
      {
        hash: hashOf("a", Buffer.from(text)),
        id: "a#5",
        kind: "critical",
        fields: { timestamp: 5, status: "critical" },
        publishes: 1,
      },
    ]);
  });

  it("counts the same bytes of the same device as one message, published again", () => {
    const ledger = createLedger();
    for (const device of ["a", "a", "b"]) ledger.record(record(device, "{}"));
    assert.deepEqual(
      ledger.entries().map(({ publishes }) => publishes),
      [2, 1],
    );
  });

  for (const [what, payload] of [
    ["nothing", ""],
    ["no JSON", "T=1"],
    ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
    ["null", "null"],
    ["a list", "[5]"],
    ["a time as text", '{"timestamp":"5"}'],
    ["a number that no rule can read", '{"timestamp":5,"status":"critical","x":1e999}'],
    [
      "levels that no rule can read",
      `{"timestamp":5,"status":"critical","x":${"[".repeat(1000)}${"]".repeat(1000)}}`,
    ],
  ] as const)
    it(`gives no id to ${what}`, () => {
      const ledger = createLedger();
      ledger.record(record("a", payload));
      assert.equal(ledger.entries()[0]?.id, undefined);
      assert.notEqual(ledger.entries()[0]?.fields.status, "critical");
    });

  it("does not mistake a device and its bytes for another's", () => {
    assert.notEqual(hashOf("ab", Buffer.from("c")), hashOf("a", Buffer.from("bc")));
  });

  it("takes the device from the topic, behind a prefix of any length", () => {
    assert.equal(deviceOf("devices/pump-7/telemetry", "devices"), "pump-7");
    assert.equal(deviceOf("plant/hall-2/pump-7/telemetry", "plant/hall-2"), "pump-7");
  });
});
