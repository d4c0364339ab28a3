import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as net from "node:net";
import { createClients } from "../../../local/aws/clients";
import { connectDevice, type Device, type DeviceArgs } from "../../../local/devices/device";
import { connectFleet } from "../../../local/devices/fleet";
import { startIotCore, type IotCore } from "../../../local/services/iot-core/iot-core";
import { createTrace, type TraceEvent } from "../../../local/trace";
import { account, connect, devicePolicy, identity, openPolicy } from "../services/iot-core/devices";

/** A connection to the broker that can be cut, and that can drop the broker's packets. */
interface Wire {
  url: string;
  cut(): void;
  /** Drops all packets of the broker until the connection is cut. */
  mute(): void;
  /** Resolves when a packet of the broker was dropped. */
  swallowed: Promise<unknown>;
  close(): Promise<void>;
}

async function layWire(brokerUrl: string): Promise<Wire> {
  const sockets = new Set<net.Socket>();
  let muted = false;
  let onSwallow = (): void => undefined;
  const swallowed = new Promise<void>((resolve) => (onSwallow = resolve));
  const server = net.createServer((near) => {
    const far = net.connect(Number(new URL(brokerUrl).port), "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    }
    near.pipe(far);
    far.on("data", (chunk) => (muted ? onSwallow() : near.write(chunk)));
    far.on("end", () => near.end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    muted = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `mqtts://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    cut,
    mute: () => (muted = true),
    swallowed,
    close: async () => {
      server.close();
      cut();
      await once(server, "close");
    },
  };
}

describe("a simulated device", () => {
  const trace = createTrace();
  const clients = createClients(account);
  const topic = "devices/pump-7/telemetry";
  let iotCore: IotCore;
  let wire: Wire;
  let device: Device | undefined;
  let seen: TraceEvent[];

  before(async () => {
    iotCore = await startIotCore({ clients, trace });
    iotCore.addDevicePolicy(devicePolicy);
    iotCore.addDevicePolicy(openPolicy);
    trace.on((event) => seen.push(event));
  });
  after(async () => {
    await iotCore.stop();
    clients.destroy();
  });
  beforeEach(async () => {
    seen = [];
    wire = await layWire(iotCore.mqttUrl);
  });
  afterEach(async () => {
    await device?.disconnect();
    device = undefined;
    await wire.close();
  });

  const join = async (more: Partial<DeviceArgs> = {}): Promise<Device> =>
    (device = await connectDevice({
      url: wire.url,
      deviceId: "pump-7",
      credentials: await iotCore.addThing("pump-7", ["device"]),
      acksTopic: "devices/pump-7/acks",
      onAck: () => undefined,
      ...more,
    }));
  const published = (): string[] =>
    seen.flatMap((event) =>
      event.kind === "published" && event.topic === topic
        ? [Buffer.from(event.payload).toString()]
        : [],
    );

  it("publishes as its certificate's thing", async () => {
    await (await join()).publish(topic, Buffer.from("one"));
    const events = seen.filter(({ kind }) => kind === "published");
    assert.deepEqual(events, [
      { kind: "published", topic, payload: Buffer.from("one"), clientId: "pump-7" },
    ]);
  });

  it("sends again, over a new connection, what was not acknowledged", async () => {
    const joined = await join();
    await joined.publish(topic, Buffer.from("one"));
    wire.mute();
    const [two, three] = ["two", "three"].map((text) => joined.publish(topic, Buffer.from(text)));
    await wire.swallowed;
    wire.cut();
    await Promise.all([two, three]);
    await joined.publish(topic, Buffer.from("four"));
    assert.deepEqual(new Set(published()), new Set(["one", "two", "three", "four"]));
    assert.ok(published().length > 4, "What was taken but not acknowledged comes twice.");
  });

  it("gets, over a new connection, the acknowledgements that came in between", async () => {
    const acks: string[] = [];
    let got = (): void => undefined;
    const both = new Promise<void>((resolve) => (got = resolve));
    await join({
      onAck: (payload) => {
        acks.push(Buffer.from(payload).toString());
        if (acks.includes("first") && acks.includes("second")) got();
      },
    });
    const credentials = await iotCore.addThing("worker", ["open"]);
    const worker = await connect(iotCore.mqttUrl, "worker", identity(credentials));
    wire.mute();
    await worker.publishAsync("devices/pump-7/acks", "first", { qos: 1 });
    await wire.swallowed;
    wire.cut();
    await worker.publishAsync("devices/pump-7/acks", "second", { qos: 1 });
    await both;
    await worker.endAsync(true);
  });

  it("cannot connect without the certificate of a thing, and says so", async () => {
    const credentials = await iotCore.addThing("pump-8", ["device"]);
    await assert.rejects(join({ credentials }), {
      message: "Device pump-7 could not connect: Connection refused: Not authorized.",
    });
  });

  it("reports the reason when no broker listens", async () => {
    const url = wire.url;
    await wire.close();
    await assert.rejects(join({ url }), /^Error: Device pump-7 could not connect: .*ECONNREFUSED/);
    wire = await layWire(iotCore.mqttUrl);
  });

  it("in a fleet, reports a connection that the broker closes", async () => {
    const refused: string[] = [];
    let heard = (): void => undefined;
    const one = new Promise<void>((resolve) => (heard = resolve));
    const fleet = await connectFleet({
      iotCore,
      trace,
      deviceIds: ["pump-9"],
      policyName: "device",
      topicPrefix: "devices",
      onRefused: ({ message }) => {
        refused.push(message);
        heard();
      },
    });
    void fleet.publish("pump-9", Buffer.alloc(131_073)).catch(() => undefined);
    await one;
    const [action, resource] = ["iot:Subscribe", "acks"];
    const reason = `${action} on ${resource}: no statement allows it.`;
    trace.emit({ kind: "refused", clientId: "pump-9", action, resource, reason });
    await fleet.disconnect();
    assert.equal(
      refused[0],
      "Device pump-9 was refused iot:Publish on devices/pump-9/telemetry: The payload has 131073 bytes; AWS IoT Core takes 131072.",
    );
    // The reason of a policy names action and resource too; the sentence has them once.
    assert.equal(
      refused.at(-1),
      "Device pump-9 was refused iot:Subscribe on acks: no statement allows it.",
    );
  });

  it("in a fleet, has caught up when each acknowledgement has reached it", async () => {
    const fleet = await connectFleet({
      iotCore,
      trace,
      deviceIds: ["pump-10", "pump-11"],
      policyName: "device",
      topicPrefix: "devices",
      onRefused: () => undefined,
    });
    const credentials = await iotCore.addThing("worker-2", ["open"]);
    const worker = await connect(iotCore.mqttUrl, "worker-2", identity(credentials));
    for (const text of ['{"timestamp":1}', '{"timestamp":2}', '{"timestamp":"3"}', "c"])
      await worker.publishAsync("devices/pump-11/acks", text, { qos: 1 });
    await fleet.caughtUp();
    assert.deepEqual(
      Array.from(fleet.acks(), ({ deviceId, timestamp }) => `${deviceId} ${timestamp}`),
      ["pump-11 1", "pump-11 2", "pump-11 NaN", "pump-11 NaN"],
    );
    await worker.endAsync(true);
    await fleet.disconnect();
  });
});
