import * as assert from "node:assert/strict";
import type { DeviceMessage } from "../../../local/devices/message";
import { publishAll, type PublishArgs } from "../../../local/devices/publish";

const message = (deviceId: string, number: number, at = 0): DeviceMessage => ({
  deviceId,
  payload: Buffer.from(String(number)),
  kind: "ok",
  at,
});

/** A broker that acknowledges on request. */
function createBroker() {
  const waiting: { text: string; acknowledge: () => void; refuse: (error: Error) => void }[] = [];
  let onPublish = (): void => undefined;
  return {
    waiting,
    publish: (deviceId: string, payload: Uint8Array) =>
      new Promise<void>((acknowledge, refuse) => {
        waiting.push({
          text: `${deviceId} ${Buffer.from(payload).toString()}`,
          acknowledge,
          refuse,
        });
        onPublish();
      }),
    /** Resolves when so many wait. */
    has: (count: number) =>
      new Promise<void>((resolve) => {
        onPublish = () => {
          if (waiting.length === count) resolve();
        };
        onPublish();
      }),
  };
}

describe("publishing a load", () => {
  const start = (args: Partial<PublishArgs> & Pick<PublishArgs, "fleet" | "messages">) => {
    const published: string[] = [];
    const done = publishAll({
      most: Infinity,
      onPublished: ({ payload }) => published.push(Buffer.from(payload).toString()),
      stopping: new AbortController().signal,
      ...args,
    });
    return { published, done };
  };

  it("ends when the broker has acknowledged everything, and reports each acknowledgement", async () => {
    const broker = createBroker();
    const { published, done } = start({
      fleet: broker,
      messages: [message("a", 1), message("b", 2)],
    });
    await broker.has(2);
    let over = false;
    void done.then(() => (over = true));
    broker.waiting[1]?.acknowledge();
    await new Promise(setImmediate);
    assert.deepEqual([published, over], [["2"], false]);
    broker.waiting[0]?.acknowledge();
    await done;
    assert.deepEqual(published, ["2", "1"]);
  });

  it("ends after as many as were asked for, of a load without end", async () => {
    function* endless(): Generator<DeviceMessage> {
      for (let number = 1; ; number += 1) yield message("a", number);
    }
    const { published, done } = start({
      fleet: { publish: async () => undefined },
      messages: endless(),
      most: 40,
    });
    await done;
    assert.equal(published.length, 40);
  });

  it("has no more than sixteen of a device under way", async () => {
    const broker = createBroker();
    const messages = Array.from({ length: 20 }, (_, index) => message("a", index));
    const { done } = start({ fleet: broker, messages });
    await broker.has(16);
    await new Promise(setImmediate);
    assert.equal(broker.waiting.length, 16);
    broker.waiting[0]?.acknowledge();
    await broker.has(17);
    const all = broker.has(20);
    broker.waiting.forEach(({ acknowledge }) => acknowledge());
    await all;
    broker.waiting.forEach(({ acknowledge }) => acknowledge());
    await done;
    assert.deepEqual(
      broker.waiting.map(({ text }) => text),
      messages.map((_, index) => `a ${index}`),
    );
  });

  it("waits until a message is due, and publishes nothing more when it is stopped meanwhile", async () => {
    const stopping = new AbortController();
    const { published, done } = start({
      fleet: { publish: async () => undefined },
      messages: [message("a", 1), message("a", 2, 3_600_000)],
      stopping: stopping.signal,
      onPublished: ({ payload }) => {
        published.push(Buffer.from(payload).toString());
        stopping.abort();
      },
    });
    await done;
    assert.deepEqual(published, ["1"]);
  });

  it("publishes nothing while it is held back, and goes on afterwards", async () => {
    let [held, asked] = [true, 0];
    let onAsked = (): void => undefined;
    const { published, done } = start({
      fleet: { publish: async () => undefined },
      messages: [message("a", 1), message("a", 2)],
      isHeldBack: async () => {
        asked += 1;
        onAsked();
        return held;
      },
    });
    await new Promise<void>((resolve) => (onAsked = () => asked >= 2 && resolve()));
    assert.deepEqual(published, []);
    held = false;
    await done;
    assert.deepEqual(published, ["1", "2"]);
  });

  it("ends when it is stopped while it is held back", async () => {
    const stopping = new AbortController();
    const { published, done } = start({
      fleet: { publish: async () => undefined },
      messages: [message("a", 1)],
      stopping: stopping.signal,
      isHeldBack: async () => {
        stopping.abort();
        return true;
      },
    });
    await done;
    assert.deepEqual(published, []);
  });

  it("fails with the first failure of a device", async () => {
    const broker = createBroker();
    const { done } = start({ fleet: broker, messages: [message("a", 1), message("b", 2)] });
    await broker.has(2);
    broker.waiting[0]?.refuse(new Error("The device is broken."));
    broker.waiting[1]?.acknowledge();
    await assert.rejects(done, { message: "The device is broken." });
  });
});
