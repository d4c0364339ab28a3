import * as assert from "node:assert/strict";
import type { MqttClient } from "mqtt";
import type { After } from "../../../../local/services/iot-core/sessions";
import { certificate, createBrokerWorld, withBrokerWorld, type BrokerWorld } from "./broker-world";
import { disconnected, nextMessage } from "./devices";

/** Steps that are due when the test says so. */
function heldTime() {
  const due: { milliseconds: number; step: () => void }[] = [];
  const after: After = (milliseconds, step) => {
    const entry = { milliseconds, step };
    due.push(entry);
    return () => void due.splice(due.indexOf(entry), 1);
  };
  return { due, after };
}

describe("sessions and retained messages", () => {
  const { due, after: held } = heldTime();
  let world: BrokerWorld;
  beforeEach(async () => {
    due.length = 0;
    world = await createBrokerWorld({ after: held });
  });
  afterEach(() => world.end());

  /** A client that keeps its session, with whatever waits in it. */
  async function comeBack(
    clientId: string,
  ): Promise<{ client: MqttClient; got: string[]; present: boolean }> {
    const got: string[] = [];
    let present = false;
    const client = await world.device(clientId, { clean: false }, (coming) => {
      coming.on("message", (_topic, payload) => got.push(payload.toString()));
      coming.on("connect", ({ sessionPresent }) => (present = sessionPresent));
    });
    return { client, got, present };
  }

  /** Resolves when all packets sent to a client before have arrived. */
  async function settled(client: MqttClient): Promise<void> {
    await client.subscribeAsync("settled", { qos: 1 });
    const message = nextMessage(client);
    await world.broker.deliver("settled", Buffer.from("."), 0);
    await message;
  }

  describe("a persistent session", () => {
    it("keeps QoS 1 messages and subscriptions while its client is away, in order", async () => {
      const { client } = await comeBack("sensor-1");
      await client.subscribeAsync("a/+", { qos: 1 });
      await client.endAsync();
      for (const text of ["1", "2", "3"]) await world.broker.deliver("a/b", Buffer.from(text), 1);
      await world.broker.deliver("a/b", Buffer.from("not kept"), 0);
      const back = await comeBack("sensor-1");
      assert.equal(back.present, true);
      await settled(back.client);
      assert.deepEqual(back.got, ["1", "2", "3", "."]);
    });

    it("delivers queued messages once", async () => {
      const { client } = await comeBack("sensor-1");
      await client.subscribeAsync("a", { qos: 1 });
      await client.endAsync();
      await world.broker.deliver("a", Buffer.from("1"), 1);
      const first = await comeBack("sensor-1");
      await settled(first.client);
      await first.client.endAsync();
      const second = await comeBack("sensor-1");
      await settled(second.client);
      assert.deepEqual(second.got, ["."]);
    });

    it("expires an hour after its client left, with all queued messages", async () => {
      const { client } = await comeBack("sensor-1");
      await client.subscribeAsync("a", { qos: 1 });
      const left = world.nextAnnouncement();
      await client.endAsync();
      await left;
      await world.broker.deliver("a", Buffer.from("too late"), 1);
      assert.deepEqual(
        due.map(({ milliseconds }) => milliseconds),
        [3_600_000],
      );
      due[0]?.step();
      const back = await comeBack("sensor-1");
      assert.equal(back.present, false);
      await back.client.subscribeAsync("a", { qos: 1 });
      await settled(back.client);
      assert.deepEqual(back.got, ["."]);
    });

    it("resumes when its client reconnects in time", async () => {
      const { client } = await comeBack("sensor-1");
      await client.subscribeAsync("a", { qos: 1 });
      const left = world.nextAnnouncement();
      await client.endAsync();
      await left;
      await comeBack("sensor-1");
      assert.deepEqual(due, []);
    });

    it("ends when its client requests a clean session", async () => {
      const { client } = await comeBack("sensor-1");
      await client.subscribeAsync("a", { qos: 1 });
      await client.endAsync();
      await world.broker.deliver("a", Buffer.from("forgotten"), 1);
      await (await world.device("sensor-1", { clean: true })).endAsync();
      const back = await comeBack("sensor-1");
      await settled(back.client);
      assert.deepEqual([back.present, back.got], [false, ["."]]);
    });

    it("can be ended through the broker", async () => {
      await withBrokerWorld({ after: held, sessionExpiryMilliseconds: 5 }, async (other) => {
        const client = await other.device("sensor-1", { clean: false });
        const left = other.nextAnnouncement();
        await client.endAsync();
        await left;
        assert.deepEqual(
          due.map(({ milliseconds }) => milliseconds),
          [5],
        );
      });
      assert.deepEqual(due, []);
    });

    it("needs a policy that permits persistence, if the policy mentions it", async () => {
      const condition = { "ForAllValues:StringEquals": { "iot:ConnectAttributes": ["LastWill"] } };
      world.peer = certificate("sensor-1", policyWith(condition));
      await assert.rejects(world.device("sensor-1", { clean: false }));
      assert.equal(world.refused[0]?.action, "iot:Connect");
      const will = { topic: "w", payload: Buffer.from("gone") };
      await world.device("sensor-1", { clean: true, will });
      assert.equal(world.refused.length, 1);
    });
  });

  describe("a last will", () => {
    const will = { topic: "wills/1", payload: Buffer.from("gone"), qos: 1 as const };

    it("is refused with its client if the client may not publish it", async () => {
      world.peer = certificate("sensor-1", {
        name: "no wills",
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "iot:Connect", Resource: "*" }],
        }),
      });
      await assert.rejects(world.device("sensor-1", { will }));
      assert.deepEqual(
        world.refused.map(({ action, resource }) => [action, resource]),
        [["iot:Publish", "arn:aws:iot:eu-central-1:123456789012:topic/wills/1"]],
      );
      await world.device("sensor-1");
    });

    it("is not published when a client disconnects", async () => {
      const left = world.device("sensor-1", { will });
      await (await left).endAsync();
      const watcher = await world.device("sensor-2");
      await settled(watcher);
      assert.deepEqual(world.accepted, []);
    });

    it("is published when another client takes over the id", async () => {
      const watcher = await world.device("sensor-2");
      await watcher.subscribeAsync("wills/+", { qos: 1 });
      const message = nextMessage(watcher);
      const first = await world.device("sensor-1", { will });
      const ended = disconnected(first);
      await world.device("sensor-1");
      await ended;
      assert.deepEqual(await message, { topic: "wills/1", text: "gone" });
    });

    it("stays on its topic if it is to be retained", async () => {
      const client = await world.device("sensor-1", { will: { ...will, retain: true } });
      const left = world.nextAnnouncement();
      client.stream.destroy();
      await left;
      const late = await world.device("sensor-2");
      const message = nextMessage(late);
      await late.subscribeAsync("wills/1");
      assert.deepEqual(await message, { topic: "wills/1", text: "gone" });
    });
  });

  describe("a retained message", () => {
    it("is sent with its flag to new subscribers of its topic, and without it to existing ones", async () => {
      const [early, late] = [await world.device("sensor-1"), await world.device("sensor-2")];
      const flags: [string, boolean][] = [];
      early.on("message", (_topic, _payload, { retain }) => flags.push(["early", retain]));
      late.on("message", (_topic, _payload, { retain }) => flags.push(["late", retain]));
      await early.subscribeAsync("a");
      const first = nextMessage(early);
      await world.broker.deliver("a", Buffer.from("kept"), 1, true);
      await first;
      const second = nextMessage(late);
      await late.subscribeAsync("a");
      await second;
      assert.deepEqual(flags, [
        ["early", false],
        ["late", true],
      ]);
    });

    it("is not sent to wildcard subscribers, unlike in the MQTT standard", async () => {
      await world.broker.deliver("a/b", Buffer.from("kept"), 1, true);
      const late = await world.device("sensor-1");
      const got: string[] = [];
      late.on("message", (topic) => got.push(topic));
      await late.subscribeAsync(["a/+", "#"]);
      await settled(late);
      assert.deepEqual(got, ["settled"]);
    });

    it("is the last one of its topic, until an empty one deletes it", async () => {
      await world.broker.deliver("a", Buffer.from("1"), 1, true);
      await world.broker.deliver("a", Buffer.from("2"), 0, true);
      const { lastModified, ...message } = world.broker.retained("a") ?? {};
      assert.deepEqual(message, { topic: "a", payload: Buffer.from("2"), qos: 0 });
      assert.equal(typeof lastModified, "number");
      await world.broker.deliver("a", Buffer.alloc(0), 1, true);
      assert.equal(world.broker.retained("a"), undefined);
      const late = await world.device("sensor-1");
      const got: string[] = [];
      late.on("message", (topic) => got.push(topic));
      await late.subscribeAsync("a");
      await settled(late);
      assert.deepEqual(got, ["settled"]);
    });

    it("is listed before those that were retained earlier", async () => {
      for (const topic of ["a", "b", "a"])
        await world.broker.deliver(topic, Buffer.from("1"), 1, true);
      assert.deepEqual(
        world.broker.allRetained().map(({ topic }) => topic),
        ["a", "b"],
      );
    });

    it("is not retained on a Basic Ingest topic", async () => {
      const client = await world.device("sensor-1");
      const ended = disconnected(client);
      client.publish("$aws/rules/r/a", "1", { qos: 1, retain: true });
      await ended;
      assert.deepEqual(
        world.refused.map(({ reason }) => reason),
        ["'$aws/rules/r/a' is reserved, and no message is retained there."],
      );
    });
  });
});

/** Allows everything, but to connect only under a condition. */
const policyWith = (Condition: object) => ({
  name: "conditional",
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "iot:Connect", Resource: "*", Condition },
      { Effect: "Allow", Action: "iot:Publish", Resource: "*" },
    ],
  }),
});
