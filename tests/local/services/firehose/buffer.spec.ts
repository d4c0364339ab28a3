import * as assert from "node:assert/strict";
import { createBuffer } from "../../../../local/services/firehose/buffer";
import type { FirehoseRecord } from "../../../../local/services/firehose/firehose-record";
import { createFakeClock } from "./fake-clock";

const record = (id: string, bytes = 1): FirehoseRecord => ({
  id,
  data: Buffer.alloc(bytes),
  arrival: 0,
});

describe("delivery buffer", () => {
  let delivered: string[][];
  let time: ReturnType<typeof createFakeClock>;
  const make = () =>
    createBuffer({
      megabytes: 1,
      seconds: 60,
      clock: time.clock,
      deliver: async (records) => void delivered.push(records.map(({ id }) => id)),
    });
  beforeEach(() => {
    delivered = [];
    time = createFakeClock();
  });

  it("delivers when its interval is over, from the first record", async () => {
    const buffer = make();
    buffer.add([record("a")]);
    time.move(59_999);
    buffer.add([record("b")]);
    await Promise.resolve();
    assert.deepEqual(delivered, []);
    time.move(1);
    assert.equal(time.timers(), 0);
    await buffer.flush();
    assert.deepEqual(delivered, [["a", "b"]]);
  });

  it("delivers when it is full, and begins anew", async () => {
    const buffer = make();
    buffer.add([record("a", 600_000), record("b", 600_000), record("c")]);
    assert.equal(time.timers(), 1);
    await buffer.flush();
    assert.deepEqual(delivered, [["a", "b"], ["c"]]);
    assert.equal(time.timers(), 0);
  });

  it("delivers one batch after the other", async () => {
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const buffer = createBuffer({
      megabytes: 1,
      seconds: 60,
      clock: time.clock,
      deliver: async (records) => {
        if (records[0]?.id === "a") await gate;
        delivered.push(records.map(({ id }) => id));
      },
    });
    buffer.add([record("a")]);
    const first = buffer.flush();
    buffer.add([record("b")]);
    const second = buffer.flush();
    open();
    await Promise.all([first, second]);
    assert.deepEqual(delivered, [["a"], ["b"]]);
  });

  it("delivers nothing when empty", async () => {
    await make().flush();
    assert.deepEqual(delivered, []);
  });
});
