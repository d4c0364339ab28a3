import * as assert from "node:assert/strict";
import { createPresenceBook } from "../../../../local/services/iot-core/presence";
import { certificate, createBrokerWorld, type BrokerWorld } from "./broker-world";
import { connect, devicePolicy, disconnected, identity, nextMessage } from "./devices";
import { createWorld, nextName, send } from "./world";

describe("presence", () => {
  let world: BrokerWorld;
  let now: number;
  beforeEach(async () => {
    now = 1_700_000_000_000;
    world = await createBrokerWorld({
      now: () => now,
      keepAliveSeconds: { least: 1, most: 1_200 },
    });
  });
  afterEach(() => world.end());

  /** The event of the end of the last connection. */
  const reason = (): unknown => world.announced.at(-1)?.event["disconnectReason"];

  it("reports connection and disconnection of a client, with one session id", async () => {
    const client = await world.device("sensor-1");
    now += 5;
    const left = world.nextAnnouncement();
    await client.endAsync();
    await left;
    const [came, went] = world.announced;
    const sessionIdentifier = came?.event["sessionIdentifier"];
    assert.match(String(sessionIdentifier), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    const common = {
      clientId: "sensor-1",
      sessionIdentifier,
      principalIdentifier: "f".repeat(64),
      versionNumber: 0,
    };
    assert.deepEqual(came, {
      topic: "$aws/events/presence/connected/sensor-1",
      event: {
        ...common,
        timestamp: 1_700_000_000_000,
        eventType: "connected",
        ipAddress: "127.0.0.1",
      },
    });
    assert.deepEqual(went, {
      topic: "$aws/events/presence/disconnected/sensor-1",
      event: {
        ...common,
        timestamp: 1_700_000_000_005,
        eventType: "disconnected",
        clientInitiatedDisconnect: true,
        disconnectReason: "CLIENT_INITIATED_DISCONNECT",
      },
    });
    assert.equal(world.announced.length, 2);
  });

  it("reports a lost connection", async () => {
    const client = await world.device("sensor-1");
    const left = world.nextAnnouncement();
    client.stream.destroy();
    await left;
    assert.equal(reason(), "CONNECTION_LOST");
    assert.equal(world.announced.at(-1)?.event["clientInitiatedDisconnect"], false);
  });

  it("reports that another client took over the id, in order", async () => {
    const first = await world.device("sensor-1");
    const ended = disconnected(first);
    await world.device("sensor-1");
    await ended;
    assert.deepEqual(
      world.announced.map(({ event }) => [event["eventType"], event["versionNumber"]]),
      [
        ["connected", 0],
        ["disconnected", 0],
        ["connected", 1],
      ],
    );
    assert.equal(world.announced[1]?.event["disconnectReason"], "DUPLICATE_CLIENTID");
  });

  it("reports a client that was silent for one and a half times its keep-alive", async () => {
    const client = await world.device("sensor-1", { keepalive: 1, reschedulePings: false });
    // It would ping, or end the connection itself at the same moment.
    client.keepaliveManager.destroy();
    client.on("error", () => undefined);
    await world.nextAnnouncement();
    assert.equal(reason(), "MQTT_KEEP_ALIVE_TIMEOUT");
  });

  it("reports a client that its policy denied", async () => {
    world.peer = certificate("sensor-1", devicePolicy);
    const client = await world.device("sensor-1");
    const left = world.nextAnnouncement();
    client.publish("devices/sensor-2/telemetry", "1", { qos: 1 });
    await left;
    assert.equal(reason(), "AUTH_ERROR");
  });

  it("reports a client that did something that is never allowed", async () => {
    const client = await world.device("sensor-1");
    const left = world.nextAnnouncement();
    client.publish("a", Buffer.alloc(131_073), { qos: 1 });
    await left;
    assert.equal(reason(), "CLIENT_ERROR");
  });

  it("reports a server error", async () => {
    world.accept = () => Promise.reject(new Error("full"));
    const client = await world.device("sensor-1");
    const left = world.nextAnnouncement();
    client.publish("a", "1", { qos: 1 });
    await left;
    assert.equal(reason(), "SERVER_ERROR");
  });

  it("reports a client that was not permitted to connect", async () => {
    world.peer = certificate("sensor-1", devicePolicy);
    await assert.rejects(world.device("sensor-2"));
    const [{ topic, event } = { topic: "", event: {} }, ...others] = world.announced;
    assert.deepEqual(others, []);
    assert.equal(topic, "$aws/events/presence/connect_failed/sensor-2");
    assert.equal(event["connectFailureReason"], "AUTHORIZATION_FAILED");
  });

  it("has no topic for a client id with a wildcard", async () => {
    const client = await world.device("sensor/#");
    await client.endAsync();
    await world.device("sensor-1");
    assert.deepEqual(
      world.announced.map(({ event }) => event["clientId"]),
      ["sensor-1"],
    );
  });

  it("restarts the version at 0 when a client was disconnected for an hour", () => {
    let clock = 0;
    const book = createPresenceBook(() => clock);
    const client = { clientId: "a", principalIdentifier: "p", ipAddress: "i" };
    const visit = (lasting: number): unknown => {
      const presence = book.open(client);
      clock += lasting;
      const { payload } = presence.disconnected("CONNECTION_LOST");
      return (JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>)[
        "versionNumber"
      ];
    };
    assert.deepEqual([visit(0), visit(7_200_000)], [0, 1]);
    clock += 3_599_999;
    assert.equal(visit(0), 2);
    clock += 3_600_000;
    assert.equal(visit(0), 0);
  });

  it("reaches rules, and devices that may receive it", async () => {
    const full = await createWorld();
    const queue = await full.queue();
    const roleArn = await full.role([send(queue)]);
    await full.iot.addRule({
      name: nextName("rule"),
      enabled: true,
      sqlVersion: "2016-03-23",
      sql: "SELECT clientId, eventType, topic(4) AS event FROM '$aws/events/presence/+/visitor'",
      sqs: [{ queueUrl: queue.url, roleArn, useBase64: false }],
    });
    await full.device.subscribeAsync("$aws/events/presence/connected/+", { qos: 1 });
    const received = nextMessage(full.device);
    const credentials = await full.iot.addThing("visitor", ["open"]);
    const visitor = await connect(full.iot.mqttUrl, "visitor", identity(credentials));
    await full.iot.idle();
    assert.deepEqual(await queue.drain(), [
      '{"clientId":"visitor","eventType":"connected","event":"connected"}',
    ]);
    assert.equal((await received).topic, "$aws/events/presence/connected/visitor");
    await visitor.endAsync();
    await full.end();
  });
});
