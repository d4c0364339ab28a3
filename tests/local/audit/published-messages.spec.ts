import * as assert from "node:assert/strict";
import { createPublishedMessages } from "../../../local/audit/published-messages";
import { deviceOf, hashOf } from "../../../operations/sinks/message-hash";

const message = (deviceId: string, payload: string | Uint8Array, kind = "ok") => ({
  deviceId,
  payload: Buffer.from(payload as string),
  kind,
});

describe("published messages", () => {
  it("are identified by its device and its bytes, and readings by device and time", () => {
    const messages = createPublishedMessages();
    const text = '{"timestamp":5,"status":"critical","temperature":1}';
    messages.add(message("a", text, "critical"));
    assert.deepEqual(messages.all(), [
      {
        hash: hashOf("a", Buffer.from(text)),
        id: "a#5",
        kind: "critical",
        fields: { timestamp: 5, status: "critical", is_high: false },
        publishes: 1,
      },
    ]);
  });

  it("are images under their names, whose bytes are no fields", () => {
    const messages = createPublishedMessages();
    const reference = '{"timestamp":5,"key":"k"}';
    messages.add({ ...message("a", reference, "image"), channel: "images", id: "k@v1" });
    messages.add(message("a", '{"timestamp":6}'));
    const [image, reading] = messages.all();
    assert.deepEqual(image, {
      hash: hashOf("a", Buffer.from(reference)),
      channel: "images",
      ...{ id: "k@v1", kind: "image", fields: {}, publishes: 1 },
    });
    assert.deepEqual([reading?.channel, reading?.id], [undefined, "a#6"]);
  });

  it("are high if the first field with an upper limit is above it", () => {
    for (const [temperature, isHigh] of [
      [80, false],
      [80.1, true],
      ['"81"', false],
      [null, undefined],
    ] as const) {
      const messages = createPublishedMessages();
      messages.add(message("a", `{"timestamp":5,"temperature":${temperature}}`));
      assert.equal(messages.all()[0]?.fields.is_high, isHigh, String(temperature));
    }
  });

  it("count the same bytes of the same device as one message, published again", () => {
    const messages = createPublishedMessages();
    for (const device of ["a", "a", "b"]) messages.add(message(device, "{}"));
    assert.deepEqual(
      messages.all().map(({ publishes }) => publishes),
      [2, 1],
    );
  });

  it("are others on another channel, with the same hash, by which queues hold them", () => {
    const messages = createPublishedMessages();
    for (const channel of ["telemetry", "logs", "logs"] as const)
      messages.add({ ...message("a", '{"timestamp":5}'), channel });
    const hash = hashOf("a", Buffer.from('{"timestamp":5}'));
    assert.deepEqual(
      messages.all().map((one) => [one.channel, one.hash, one.id, one.publishes]),
      [
        [undefined, hash, "a#5", 1],
        ["logs", hash, "a#5", 2],
      ],
    );
  });

  for (const [what, payload] of [
    ["nothing", ""],
    ["no JSON", "T=1"],
    ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
    ["null", "null"],
    ["a list", "[5]"],
    ["a time as text", '{"timestamp":"5"}'],
    [
      "levels that no rule can read",
      `{"timestamp":5,"status":"critical","x":${"[".repeat(1000)}${"]".repeat(1000)}}`,
    ],
  ] as const)
    it(`have no id for ${what}`, () => {
      const messages = createPublishedMessages();
      messages.add(message("a", payload));
      assert.equal(messages.all()[0]?.id, undefined);
      assert.notEqual(messages.all()[0]?.fields.status, "critical");
    });

  it("have their id beside a number beyond the range of rules, which rules leave out", () => {
    const messages = createPublishedMessages();
    messages.add(message("a", '{"timestamp":5,"status":"critical","x":1e1001}'));
    assert.equal(messages.all()[0]?.id, "a#5");
    assert.equal(messages.all()[0]?.fields.status, "critical");
  });

  it("do not mistake a device and its bytes for another's", () => {
    assert.notEqual(hashOf("ab", Buffer.from("c")), hashOf("a", Buffer.from("bc")));
  });

  it("have their device in the topic, behind a prefix of any length", () => {
    assert.equal(deviceOf("devices/pump-7/telemetry", "devices"), "pump-7");
    assert.equal(deviceOf("plant/hall-2/pump-7/telemetry", "plant/hall-2"), "pump-7");
  });
});
