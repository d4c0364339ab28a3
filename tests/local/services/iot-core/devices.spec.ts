import * as assert from "node:assert/strict";
import * as net from "node:net";
import type { MqttClient } from "mqtt";
import { createClients } from "../../../../local/aws/clients";
import {
  startIotCore,
  type DeviceCredentials,
  type IotCore,
} from "../../../../local/services/iot-core/iot-core";
import { certificateId, createAuthority } from "../../../../local/services/iot-core/certificates";
import { createTrace, type Trace, type TraceEvent } from "../../../../local/trace";
import { account, connect, devicePolicy, disconnected, identity } from "./devices";

describe("devices", () => {
  const clients = createClients(account);
  const connected: MqttClient[] = [];
  let trace: Trace;
  let events: TraceEvent[];
  let iot: IotCore;
  let credentials: DeviceCredentials;

  beforeEach(async () => {
    events = [];
    trace = createTrace();
    trace.on((event) => events.push(event));
    iot = await startIotCore({ clients, trace });
    iot.addDevicePolicy(devicePolicy);
    credentials = await iot.addThing("sensor-1", ["device"]);
  });

  afterEach(async () => {
    await Promise.all(connected.splice(0).map((client) => client.endAsync(true)));
    await iot.stop();
  });

  const device = (clientId = "sensor-1", options = identity(credentials)): Promise<MqttClient> =>
    connect(iot.mqttUrl, clientId, options, (client) => connected.push(client));

  const refusals = (): object[] =>
    events.flatMap((event) =>
      event.kind === "refused" ? [{ action: event.action, resource: event.resource }] : [],
    );
  const arn = (resource: string): string => `arn:aws:iot:eu-central-1:123456789012:${resource}`;

  it("publishes to its own topic", async () => {
    const client = await device();
    await client.publishAsync("devices/sensor-1/telemetry", '{"temperature":21}', { qos: 1 });
    assert.deepEqual(events, [
      {
        kind: "published",
        topic: "devices/sensor-1/telemetry",
        payload: Buffer.from('{"temperature":21}'),
        clientId: "sensor-1",
      },
    ]);
  });

  it("is disconnected when it publishes for another device", async () => {
    const client = await device();
    const ended = disconnected(client);
    client.publish("devices/sensor-2/telemetry", "{}", { qos: 1 });
    await ended;
    const resource = arn("topic/devices/sensor-2/telemetry");
    assert.deepEqual(refusals(), [{ action: "iot:Publish", resource }]);
    assert.equal(events.length, 1);
  });

  it("is disconnected when it subscribes to another device's topics", async () => {
    const client = await device();
    const ended = disconnected(client);
    client.subscribe("devices/+/acks");
    await ended;
    const resource = arn("topicfilter/devices/+/acks");
    assert.deepEqual(refusals(), [{ action: "iot:Subscribe", resource }]);
  });

  it("cannot connect with the name of another thing", async () => {
    await assert.rejects(device("sensor-2"));
    assert.deepEqual(refusals(), [{ action: "iot:Connect", resource: arn("client/sensor-2") }]);
  });

  it("reports in one sentence why a device was refused", async () => {
    await assert.rejects(device("sensor-2"));
    const [event] = events;
    assert.equal(
      event?.kind === "refused" ? event.reason : "",
      `iot:Connect on ${arn("client/sensor-2")}: no statement allows it; the connection has no value for iot:Connection.Thing.ThingName.`,
    );
  });

  it("publishes by the variables of its certificate and its thing", async () => {
    const variables = [
      "iot:CertificateId",
      "iot:Certificate.Subject.CommonName",
      "iot:Connection.Thing.ThingTypeName",
      "iot:Connection.Thing.Attributes[site]",
    ];
    const topic = variables.map((variable) => "${" + variable + "}").join("/");
    const Statement = [
      { Effect: "Allow", Action: "iot:Connect", Resource: "*" },
      { Effect: "Allow", Action: "iot:Publish", Resource: arn(`topic/${topic}`) },
    ];
    const policy = JSON.stringify({ Version: "2012-10-17", Statement });
    iot.addDevicePolicy({ name: "variables", policy });
    const thing = { typeName: "pump", attributes: { site: "berlin" } };
    const own = await iot.addThing("pump-7", ["variables"], thing);
    const client = await device("pump-7", identity(own));
    const published = `${certificateId(own.certificate)}/pump-7/pump/berlin`;
    await client.publishAsync(published, "{}", { qos: 1 });
    assert.deepEqual(
      events.map((event) => event.kind === "published" && event.topic),
      [published],
    );
  });

  it("receives only what its policy lets it receive", async () => {
    const client = await device();
    await client.subscribeAsync("devices/sensor-1/+", { qos: 1 });
    const refused = trace.until("the refusal", (event) => event.kind === "refused");
    // Its own telemetry matches its subscription, but its policy lets it receive acks only.
    await client.publishAsync("devices/sensor-1/telemetry", "{}", { qos: 1 });
    await refused;
    const resource = arn("topic/devices/sensor-1/telemetry");
    assert.deepEqual(refusals(), [{ action: "iot:Receive", resource }]);
    assert.equal(client.connected, true);
  });

  it("cannot connect without a certificate", async () => {
    const warned = trace.until("a warning", ({ kind }) => kind === "warning");
    await assert.rejects(device("sensor-1", { ca: credentials.ca }));
    const event = await warned;
    assert.match(
      event.kind === "warning" ? event.message : "",
      /without a certificate of this run/,
    );
  });

  it("cannot connect with a certificate of another authority", async () => {
    const foreign = await (await createAuthority()).issueDevice("sensor-1");
    const warned = trace.until("a warning", ({ kind }) => kind === "warning");
    await assert.rejects(device("sensor-1", { ...identity(foreign), ca: credentials.ca }));
    await warned;
  });

  it("does not trust a broker of another run", async () => {
    const { ca } = await createAuthority();
    await assert.rejects(device("sensor-1", { ...identity(credentials), ca }));
  });

  it("is disconnected when its certificate is deactivated, and cannot reconnect", async () => {
    const client = await device();
    const ended = disconnected(client);
    iot.deactivateCertificate("sensor-1");
    await ended;
    await assert.rejects(device(), { message: "Connection refused: Not authorized" });
    assert.deepEqual(refusals(), [{ action: "iot:Connect", resource: "client/sensor-1" }]);
    assert.throws(() => iot.deactivateCertificate("sensor-1"), {
      message: "There is no thing 'sensor-1' with a certificate; add it first.",
    });
  });

  it("connects by WebSocket with the same certificate and policy", async () => {
    const client = await connect(iot.websocketUrl, "sensor-1", {
      wsOptions: identity(credentials),
    });
    connected.push(client);
    await client.publishAsync("devices/sensor-1/telemetry", "{}", { qos: 1 });
    const ended = disconnected(client);
    client.publish("devices/sensor-2/telemetry", "{}", { qos: 1 });
    await ended;
    const resource = arn("topic/devices/sensor-2/telemetry");
    assert.deepEqual(refusals(), [{ action: "iot:Publish", resource }]);
  });

  it("cannot connect by WebSocket without a certificate", async () => {
    await assert.rejects(
      connect(iot.websocketUrl, "sensor-1", { wsOptions: { ca: credentials.ca } }),
    );
  });

  it("finds no broker on another path", async () => {
    const url = iot.websocketUrl.replace("/mqtt", "/other");
    await assert.rejects(connect(url, "sensor-1", { wsOptions: identity(credentials) }));
  });

  for (const [domainName, publishes] of [
    ["localhost", true],
    ["example.com", false],
  ] as const)
    it(`${publishes ? "publishes" : "does not publish"} through localhost by a policy for ${domainName}`, async () => {
      const Condition = { StringEquals: { "iot:DomainName": domainName } };
      const Statement = [
        { Effect: "Allow", Action: "iot:Connect", Resource: "*" },
        { Effect: "Allow", Action: "iot:Publish", Resource: "*", Condition },
      ];
      const policy = JSON.stringify({ Version: "2012-10-17", Statement });
      iot.addDevicePolicy({ name: "domain", policy });
      const own = await iot.addThing("sensor-2", ["domain"]);
      const client = await device("sensor-2", { ...identity(own), servername: "localhost" });
      const ended = disconnected(client);
      client.publish("a", "{}", { qos: 1 }, (error) => error ?? client.end());
      await ended;
      assert.equal(events.filter(({ kind }) => kind === "published").length, publishes ? 1 : 0);
      assert.equal(refusals().length, publishes ? 0 : 1);
    });

  it("needs policies that were added before", async () => {
    await assert.rejects(iot.addThing("sensor-3", ["missing"]), {
      message:
        "Thing 'sensor-3' needs policy 'missing', which is not registered; add the policy first.",
    });
  });

  it("rejects a duplicate policy name", () => {
    assert.throws(() => iot.addDevicePolicy(devicePolicy), {
      message: "There is a device policy 'device' already; choose another name.",
    });
  });

  it("uses the given ports, and reports a port in use", async () => {
    const port = Number(new URL(iot.websocketUrl).port);
    const sentence = `Port ${port} on 127.0.0.1 is taken; name another one, or none for a free one.`;
    for (const taken of [{ mqttPort: port }, { websocketPort: port }, { dataPort: port }])
      await assert.rejects(startIotCore({ clients, trace, ...taken }), { message: sentence });
    const free = await freePort();
    const other = await startIotCore({ clients, trace, mqttPort: free });
    assert.equal(other.mqttUrl, `mqtts://127.0.0.1:${free}`);
    await other.stop();
  });
});

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
