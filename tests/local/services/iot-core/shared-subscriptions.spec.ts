import * as assert from "node:assert/strict";
import type { MqttClient } from "mqtt";
import { certificate, createBrokerWorld, withBrokerWorld, type BrokerWorld } from "./broker-world";
import { disconnected, nextMessage } from "./devices";
import { shareNameFault } from "../../../../local/services/iot-core/shared-filter";

describe("shared subscriptions", () => {
  let world: BrokerWorld;
  let chosen: number;
  let now: number;
  beforeEach(async () => {
    [chosen, now] = [0, 0];
    world = await createBrokerWorld({
      choose: (count) => (count === 0 ? 0 : chosen++ % count),
      now: () => now,
      sessionExpiryMilliseconds: 1_000,
    });
  });
  afterEach(() => world.end());

  const deliver = (topic: string, text: string, qos: 0 | 1 = 1): Promise<void> =>
    world.broker.deliver(topic, Buffer.from(text), qos);

  /** A client that remembers what it gets. */
  async function member(clientId: string, filters: string[], clean = true) {
    const got: string[] = [];
    const client = await world.device(clientId, { clean }, (one) =>
      one.on("message", (_topic, payload) => got.push(payload.toString())),
    );
    if (filters.length > 0) await client.subscribeAsync(filters, { qos: 1 });
    return { client, got };
  }

  /** Resolves when a client has everything that was sent to it before. */
  const settle = async (...clients: MqttClient[]): Promise<void> => {
    for (const client of clients) await client.subscribeAsync("settled", { qos: 0 });
  };

  for (const clean of [true, false])
    it(`give each message to one of the members, with ${clean ? "clean" : "persistent"} sessions`, async () => {
      const one = await member("one", ["$share/g/a"], clean);
      const two = await member("two", ["$share/g/a"], clean);
      for (const text of ["1", "2", "3", "4"]) await deliver("a", text);
      await settle(one.client, two.client);
      assert.deepEqual(
        [one.got, two.got],
        [
          ["1", "3"],
          ["2", "4"],
        ],
      );
    });

  it("choose at random unless they are told otherwise", async () => {
    await withBrokerWorld({}, async (free) => {
      const got: string[] = [];
      for (const name of ["one", "two"]) {
        const client = await free.device(name, {}, (one) =>
          one.on("message", (_topic, payload) => got.push(payload.toString())),
        );
        await client.subscribeAsync("$share/g/a", { qos: 1 });
      }
      const texts = Array.from({ length: 20 }, (_, n) => String(n));
      for (const text of texts) await free.broker.deliver("a", Buffer.from(text), 1);
      for (const name of ["three"]) await (await free.device(name)).subscribeAsync("b");
      assert.deepEqual(new Set(got), new Set(texts));
      assert.equal(got.length, 20);
    });
  });

  it("give a copy to every group that matches, and to subscriptions that are not shared", async () => {
    const filters = ["$share/g/a/b", "$share/g/a/#", "$share/h/a/b", "a/+"];
    const all = await Promise.all(filters.map((filter, n) => member(`client-${n}`, [filter])));
    await deliver("a/b", "1");
    await settle(...all.map(({ client }) => client));
    assert.deepEqual(
      all.map(({ got }) => got),
      [["1"], ["1"], ["1"], ["1"]],
    );
  });

  it("give a client a copy for each of its subscriptions", async () => {
    const { client, got } = await member("one", ["$share/g/a", "a", "$share/h/a"]);
    for (const text of ["1", "2"]) await deliver("a", text);
    await settle(client);
    assert.deepEqual(got.sort(), ["1", "1", "1", "2", "2", "2"]);
  });

  it("match as other subscriptions do", async () => {
    const { client, got } = await member("one", ["$share/g/a/#", "$share/g/+/x"]);
    await deliver("a", "not this");
    await deliver("$aws/x", "nor this");
    await deliver("a/b", "this");
    await settle(client);
    assert.deepEqual(got, ["this"]);
  });

  it("give everything to the members that are left", async () => {
    const one = await member("one", ["$share/g/a"]);
    const two = await member("two", ["$share/g/a"]);
    const three = await member("three", ["$share/g/a"]);
    await one.client.unsubscribeAsync("$share/g/a");
    const left = world.nextAnnouncement();
    await two.client.endAsync();
    await left;
    for (const text of ["1", "2"]) await deliver("a", text);
    await settle(one.client, three.client);
    assert.deepEqual([one.got, two.got, three.got], [[], [], ["1", "2"]]);
  });

  async function leaveWith(filters: string[]): Promise<void> {
    const { client } = await member("one", filters, false);
    const left = world.nextAnnouncement();
    await client.endAsync();
    await left;
  }

  it("queue messages with QoS 1 until a session is resumed", async () => {
    await leaveWith(["$share/g/a"]);
    await deliver("a", "lost", 0);
    for (const text of ["1", "2"]) await deliver("a", text);
    const { client, got } = await member("one", [], false);
    await deliver("a", "3");
    // Messages that come while the queue is sent wait behind it.
    while (got.length < 3) await nextMessage(client);
    await settle(client);
    assert.deepEqual(got, ["1", "2", "3"]);
  });

  it("give queued messages to a client that joins, and not again to a session that is resumed", async () => {
    await leaveWith(["$share/g/a"]);
    for (const text of ["1", "2"]) await deliver("a", text);
    const joining = await member("two", ["b"]);
    await deliver("b", "newer");
    await joining.client.subscribeAsync("$share/g/a", { qos: 1 });
    while (joining.got.length < 3) await nextMessage(joining.client);
    const resumed = await member("one", [], false);
    await settle(resumed.client);
    assert.deepEqual([joining.got, resumed.got], [["newer", "1", "2"], []]);
  });

  it("queue nothing without a persistent session", async () => {
    const one = await member("one", ["$share/g/a"]);
    const left = world.nextAnnouncement();
    await one.client.endAsync();
    await left;
    await deliver("a", "lost");
    const { client, got } = await member("two", ["$share/g/a"]);
    await settle(client);
    assert.deepEqual(got, []);
  });

  it("queue no message for longer than a session", async () => {
    await leaveWith(["$share/g/a"]);
    await deliver("a", "old");
    now = 999;
    await deliver("a", "new");
    now = 1_000;
    const { client, got } = await member("two", ["$share/g/a"]);
    while (got.length < 1) await nextMessage(client);
    await settle(client);
    assert.deepEqual(got, ["new"]);
  });

  it("get no retained message", async () => {
    await world.broker.deliver("a", Buffer.from("kept"), 1, true);
    const { client, got } = await member("one", ["$share/g/a"]);
    await settle(client);
    assert.deepEqual(got, []);
  });

  it("are asked for by their whole filter, and received by the topic", async () => {
    const arn = (resource: string): string => `arn:aws:iot:eu-central-1:123456789012:${resource}`;
    const allow = (Action: string, Resource: string) => ({ Effect: "Allow", Action, Resource });
    const Statement = [
      allow("iot:Connect", "*"),
      allow("iot:Subscribe", arn("topicfilter/$share/*/a")),
      allow("iot:Receive", arn("topic/a")),
    ];
    const policy = JSON.stringify({ Version: "2012-10-17", Statement });
    world.peer = certificate("one", { name: "shared", policy });
    const { client, got } = await member("one", ["$share/g/a"]);
    await deliver("a", "1");
    await client.subscribeAsync("$share/h/a", { qos: 1 });
    assert.deepEqual(got, ["1"]);
    const ended = disconnected(client);
    client.subscribe("a");
    await ended;
    assert.deepEqual(
      world.refused.map(({ action, resource }) => [action, resource]),
      [["iot:Subscribe", arn("topicfilter/a")]],
    );
  });

  it("count neither their slashes nor their name", async () => {
    const { client, got } = await member("one", [`$share/${"n".repeat(128)}/1/2/3/4/5/6/7/8`]);
    await deliver("1/2/3/4/5/6/7/8", "1");
    await settle(client);
    assert.deepEqual(got, ["1"]);
  });

  for (const name of ["g+", "#"])
    it(`have no name with a wildcard: '${name}'`, () => {
      assert.equal(
        shareNameFault(`$share/${name}/a`),
        `Filter '$share/${name}/a' has a wildcard in its name '${name}'.`,
      );
    });

  const illegal: [filter: string, reason: RegExp][] = [
    ["$share//a", /has no name; write \$share\/<name>\/<filter>\.$/],
    [`$share/${"n".repeat(129)}/a`, /has a name of more than 128 characters\.$/],
    ["$share/g", /is illegal: it is empty\.$/],
    ["$share/g/1/2/3/4/5/6/7/8/9", /is illegal: it has more than 8 levels\.$/],
    ["$share/g/$aws/rules/r/a", /nothing can subscribe to \$aws\/rules\/ topics\.$/],
  ];
  for (const [filter, reason] of illegal)
    it(`close a connection that subscribes to '${filter.slice(0, 30)}'`, async () => {
      const { client } = await member("one", []);
      const ended = disconnected(client);
      client.subscribe(filter);
      await ended;
      const [refusal] = world.refused;
      assert.equal(world.refused.length, 1);
      assert.match(refusal?.reason ?? "", reason);
    });
});
