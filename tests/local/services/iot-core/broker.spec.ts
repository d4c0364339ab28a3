import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as net from "node:net";
import { listen } from "../../../../local/listen";
import { certificate, createBrokerWorld, type BrokerWorld } from "./broker-world";
import { devicePolicy, disconnected, nextMessage } from "./devices";

describe("broker", () => {
  let world: BrokerWorld;
  beforeEach(async () => (world = await createBrokerWorld()));
  afterEach(() => world.end());

  it("passes on the sender of a message and its address", async () => {
    const client = await world.device("sensor-1");
    await client.publishAsync("a/b", Buffer.from([0, 255]), { qos: 1 });
    assert.deepEqual(world.accepted, [
      {
        topic: "a/b",
        payload: Buffer.from([0, 255]),
        clientId: "sensor-1",
        principal: "f".repeat(64),
        sourceIp: "127.0.0.1",
      },
    ]);
  });

  it("acknowledges a message only after the rules engine has accepted it", async () => {
    let taken = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      world.accept = () => {
        resolve();
        return new Promise((done) => (taken = done));
      };
    });
    const client = await world.device("sensor-1");
    let acknowledged = false;
    const publishing = client.publishAsync("a", "1", { qos: 1 }).then(() => (acknowledged = true));
    await asked;
    // An acknowledgement that was sent too early would overtake several round trips.
    await (await world.device("sensor-2")).subscribeAsync("b");
    assert.equal(acknowledged, false);
    taken();
    await publishing;
  });

  it("closes the connection without acknowledgement when the rules engine accepts no more", async () => {
    world.accept = () => Promise.reject(new Error("full"));
    const client = await world.device("sensor-1");
    const ended = disconnected(client);
    const publishing = assert.rejects(client.publishAsync("a", "1", { qos: 1 }));
    await ended;
    await client.endAsync(true);
    await publishing;
  });

  it("sends a device's message to the others that subscribed", async () => {
    const [one, other] = [await world.device("sensor-1"), await world.device("sensor-2")];
    await other.subscribeAsync("a/+", { qos: 1 });
    const message = nextMessage(other);
    await one.publishAsync("a/b", "hello", { qos: 1 });
    assert.deepEqual(await message, { topic: "a/b", text: "hello" });
  });

  it("delivers messages that the account publishes, and passes them to no rule", async () => {
    const client = await world.device("sensor-1");
    await client.subscribeAsync("a/b", { qos: 1 });
    const message = nextMessage(client);
    await world.broker.deliver("a/b", Buffer.from("hello"), 1);
    assert.deepEqual(await message, { topic: "a/b", text: "hello" });
    assert.deepEqual(world.accepted, []);
  });

  it("does not match 'a' with 'a/#', unlike the MQTT standard", async () => {
    const client = await world.device("sensor-1");
    await client.subscribeAsync("a/#", { qos: 1 });
    const message = nextMessage(client);
    await world.broker.deliver("a", Buffer.from("not this"), 1);
    await world.broker.deliver("a/b", Buffer.from("this"), 1);
    assert.deepEqual(await message, { topic: "a/b", text: "this" });
  });

  it("removes a filter when it is unsubscribed", async () => {
    const client = await world.device("sensor-1");
    await client.subscribeAsync(["a", "b"], { qos: 1 });
    await client.unsubscribeAsync("a");
    const message = nextMessage(client);
    await world.broker.deliver("a", Buffer.from("not this"), 1);
    await world.broker.deliver("b", Buffer.from("this"), 1);
    assert.deepEqual(await message, { topic: "b", text: "this" });
  });

  it("lets a second connection with the same client id take over", async () => {
    const first = await world.device("sensor-1");
    const ended = disconnected(first);
    const second = await world.device("sensor-1");
    await ended;
    await second.publishAsync("a", "1", { qos: 1 });
    assert.equal(world.accepted.length, 1);
  });

  it("publishes the will of a device that disconnects unexpectedly, with the same checks", async () => {
    const will = { topic: "wills/sensor-1", payload: Buffer.from("gone"), qos: 1 as const };
    const client = await world.device("sensor-1", { will });
    const watcher = await world.device("sensor-2");
    await watcher.subscribeAsync("wills/+", { qos: 1 });
    const message = nextMessage(watcher);
    client.stream.destroy();
    assert.deepEqual(await message, { topic: "wills/sensor-1", text: "gone" });
    assert.deepEqual(
      world.accepted.map(({ topic }) => topic),
      ["wills/sensor-1"],
    );
  });

  it("keeps a message for a device that resumes its session", async () => {
    const options = { clean: false };
    const first = await world.device("sensor-1", options);
    await first.subscribeAsync("a", { qos: 1 });
    await first.endAsync();
    await world.broker.deliver("a", Buffer.from("kept"), 1);
    let message: ReturnType<typeof nextMessage> | undefined;
    await world.device("sensor-1", options, (client) => {
      message = nextMessage(client);
    });
    assert.deepEqual(await message, { topic: "a", text: "kept" });
  });

  it("generates an id for a client without one", async () => {
    const client = await world.device("", { clean: true });
    await client.publishAsync("a", "1", { qos: 1 });
    assert.notEqual(world.accepted[0]?.clientId, "");
  });

  it("refuses an unregistered certificate, regardless of its issuer", async () => {
    world.peer = undefined;
    await assert.rejects(world.device("sensor-1"), {
      message: "Connection refused: Not authorized",
    });
    assert.deepEqual(world.refused, [
      {
        kind: "refused",
        clientId: "sensor-1",
        action: "iot:Connect",
        resource: "client/sensor-1",
        reason: "Its certificate is not known, or not active.",
      },
    ]);
  });

  const publications: [
    what: string,
    topic: string,
    payload: Buffer,
    qos: 0 | 1 | 2,
    why: string,
  ][] = [
    [
      "a payload of more than 128 KiB",
      "a",
      Buffer.alloc(131_073),
      1,
      "The payload has 131073 bytes; AWS IoT Core takes 131072.",
    ],
    ["QoS 2", "a", Buffer.from("1"), 2, "AWS IoT Core has no QoS 2; use 0 or 1."],
    [
      "a topic of nine levels",
      "1/2/3/4/5/6/7/8/9",
      Buffer.from("1"),
      1,
      "Topic '1/2/3/4/5/6/7/8/9' has more than 8 levels.",
    ],
    [
      "a topic of more than 256 bytes",
      "ü".repeat(129),
      Buffer.from("1"),
      1,
      "The topic is longer than 256 bytes.",
    ],
    [
      "a reserved topic",
      "$aws/things/x/shadow/update",
      Buffer.from("1"),
      1,
      "'$aws/things/x/shadow/update' is reserved for device shadows, which the local IoT Core lacks.",
    ],
  ];
  for (const [what, topic, payload, qos, reason] of publications)
    it(`ends a connection that publishes ${what}`, async () => {
      const client = await world.device("sensor-1");
      const ended = disconnected(client);
      client.publish(topic, payload, { qos });
      await ended;
      assert.deepEqual(world.refused, [
        { kind: "refused", clientId: "sensor-1", action: "iot:Publish", resource: topic, reason },
      ]);
      assert.deepEqual(world.accepted, []);
    });

  it("takes a payload of exactly 128 KiB", async () => {
    const client = await world.device("sensor-1");
    await client.publishAsync("a", Buffer.alloc(131_072), { qos: 1 });
    assert.equal(world.accepted[0]?.payload.length, 131_072);
  });

  it("counts the levels of a Basic Ingest topic after its prefix", async () => {
    const client = await world.device("sensor-1");
    await client.publishAsync("$aws/rules/r/1/2/3/4/5/6/7/8", "1", { qos: 1 });
    assert.equal(world.accepted.length, 1);
  });

  const filters: [what: string, filter: string, qos: 0 | 1 | 2, reason: RegExp][] = [
    ["a Basic Ingest topic", "$aws/rules/r/a", 1, /nothing can subscribe to \$aws\/rules\/ topics/],
    ["a reserved topic", "$aws/events/#", 1, /^'\$aws\/events\/#' is reserved/],
    ["QoS 2", "a", 2, /^AWS IoT Core has no QoS 2/],
    ["a filter of nine levels", "1/2/3/4/5/6/7/8/9", 1, /it has more than 8 levels\.$/],
    ["a filter of more than 256 bytes", "ü".repeat(128) + "x", 1, /it is longer than 256 bytes\.$/],
  ];
  for (const [what, filter, qos, reason] of filters)
    it(`ends a connection that subscribes to ${what}`, async () => {
      const client = await world.device("sensor-1");
      const ended = disconnected(client);
      client.subscribe(filter, { qos });
      await ended;
      const [{ action, resource, reason: given } = world.refused[0]!] = world.refused;
      assert.deepEqual([world.refused.length, action, resource], [1, "iot:Subscribe", filter]);
      assert.match(given, reason);
    });

  it("requires a separate permission to retain a message", async () => {
    world.peer = certificate("sensor-1", devicePolicy);
    const client = await world.device("sensor-1");
    const ended = disconnected(client);
    client.publish("devices/sensor-1/telemetry", "1", { qos: 1, retain: true });
    await ended;
    const arn = "arn:aws:iot:eu-central-1:123456789012:topic/devices/sensor-1/telemetry";
    assert.deepEqual(
      world.refused.map(({ action, resource }) => [action, resource]),
      [["iot:RetainPublish", arn]],
    );
  });

  it("sends a retained message to later subscribers", async () => {
    await (await world.device("sensor-1")).publishAsync("a", "kept", { qos: 1, retain: true });
    const late = await world.device("sensor-2");
    const message = nextMessage(late);
    await late.subscribeAsync("a");
    assert.deepEqual(await message, { topic: "a", text: "kept" });
  });

  it("reports a port in use", async () => {
    const { port } = world;
    await assert.rejects(listen(net.createServer(), port), {
      message: `Port ${port} on 127.0.0.1 is taken; name another one, or none for a free one.`,
    });
  });

  it("listens on the loopback interface only", async () => {
    const server = net.createServer();
    const other = await listen(server);
    assert.equal((server.address() as net.AddressInfo).address, "127.0.0.1");
    await other.close();
    await assert.rejects(once(net.connect(other.port, "127.0.0.1"), "connect"));
  });
});
