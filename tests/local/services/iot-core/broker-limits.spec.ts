import * as assert from "node:assert/strict";
import { createBrokerWorld, type BrokerWorld } from "./broker-world";
import { disconnected, nextMessage } from "./devices";

describe("limits of a connection", () => {
  let world: BrokerWorld;
  let now: number;
  beforeEach(async () => {
    now = 0;
    world = await createBrokerWorld({ publishesPerSecond: 2, now: () => now });
  });
  afterEach(() => world.end());

  const topics = (): string[] => world.accepted.map(({ topic }) => topic);

  it("discards messages beyond the rate, and keeps the connection", async () => {
    const client = await world.device("sensor-1");
    for (const topic of ["1", "2", "3", "4"]) client.publish(topic, "x", { qos: 0 });
    // Answered after everything that came before it.
    await client.subscribeAsync("a");
    assert.deepEqual(topics(), ["1", "2"]);
    assert.deepEqual(
      world.refused.map(({ action, resource, reason }) => [action, resource, reason]),
      ["3", "4"].map((topic) => [
        "iot:Publish",
        topic,
        "The connection published more than 2 messages within a second; this one is discarded.",
      ]),
    );
    now = 999;
    client.publish("5", "x", { qos: 0 });
    await client.subscribeAsync("a");
    now = 1_000;
    await client.publishAsync("6", "x", { qos: 1 });
    assert.deepEqual(topics(), ["1", "2", "6"]);
  });

  it("does not acknowledge discarded messages", async () => {
    const client = await world.device("sensor-1");
    const acknowledged: string[] = [];
    for (const topic of ["1", "2", "3"])
      client.publish(topic, "x", { qos: 1 }, () => acknowledged.push(topic));
    await client.subscribeAsync("a");
    assert.deepEqual(acknowledged, ["1", "2"]);
  });

  it("neither delivers nor retains discarded messages", async () => {
    const [client, watcher] = [await world.device("sensor-1"), await world.device("sensor-2")];
    const got: string[] = [];
    watcher.on("message", (topic) => got.push(topic));
    await watcher.subscribeAsync(["#", "3"]);
    for (const topic of ["1", "2", "3"]) client.publish(topic, "x", { qos: 0, retain: true });
    await client.subscribeAsync("a");
    const last = nextMessage(watcher);
    await world.broker.deliver("last", Buffer.from("x"), 0);
    await last;
    assert.equal(world.broker.retained("3"), undefined);
    assert.equal(got.includes("3"), false);
  });

  it("counts each connection separately", async () => {
    const [one, other] = [await world.device("sensor-1"), await world.device("sensor-2")];
    for (const topic of ["1", "2"]) await one.publishAsync(topic, "x", { qos: 1 });
    for (const topic of ["3", "4"]) await other.publishAsync(topic, "x", { qos: 1 });
    assert.deepEqual(topics(), ["1", "2", "3", "4"]);
  });

  it("has no rate limit by default", async () => {
    const free = await createBrokerWorld({ now: () => now });
    const client = await free.device("sensor-1");
    for (let n = 0; n < 101; n++) await client.publishAsync("a", "x", { qos: 1 });
    assert.equal(free.accepted.length, 101);
    await free.end();
  });

  it("accepts 50 subscriptions, and closes the connection at one more", async () => {
    const client = await world.device("sensor-1");
    for (let n = 0; n < 50; n++) await client.subscribeAsync(String(n));
    await client.subscribeAsync("49");
    const ended = disconnected(client);
    client.subscribe("50");
    await ended;
    assert.deepEqual(
      world.refused.map(({ reason }) => reason),
      ["The connection has 50 subscriptions, and AWS IoT Core takes no more."],
    );
  });

  it("refuses a client id of more than 128 bytes", async () => {
    await world.device("ü".repeat(64));
    await assert.rejects(world.device("ü".repeat(64) + "x"));
    assert.deepEqual(
      world.refused.map(({ reason }) => reason),
      ["The client id is longer than 128 bytes."],
    );
  });

  it("rejects MQTT 5 with its return code, and reports the reason", async () => {
    await assert.rejects(world.device("sensor-1", { protocolVersion: 5 }), {
      code: 1,
      message: "Connection refused: Unacceptable protocol version",
    });
    assert.deepEqual(world.refused, [
      {
        kind: "refused",
        clientId: "sensor-1",
        action: "iot:Connect",
        resource: "client/sensor-1",
        reason:
          "The client speaks MQTT 5, and the local IoT Core MQTT 3.1.1 only; connect with protocol version 4.",
      },
    ]);
  });

  it("rejects MQTT 3.1", async () => {
    await assert.rejects(world.device("sensor-1", { protocolVersion: 3, protocolId: "MQIsdp" }));
    assert.match(world.refused[0]?.reason ?? "", /^The client speaks MQTT 3\.1,/);
  });
});
