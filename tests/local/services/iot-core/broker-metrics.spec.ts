import * as assert from "node:assert/strict";
import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
} from "@aws-sdk/client-cloudwatch";
import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import type { MqttClient } from "mqtt";
import { assumeRole } from "../../../../local/aws/assume-role";
import type { BrokerMetric } from "../../../../local/services/iot-core/broker-metrics";
import { certificate, createBrokerWorld, type BrokerWorld } from "./broker-world";
import { connect, devicePolicy, disconnected, identity, nextMessage } from "./devices";
import { createWorld, nextName, trustIot, type World } from "./world";

describe("metrics of the broker", () => {
  let world: BrokerWorld;
  let counted: BrokerMetric[];
  let now: number;
  beforeEach(async () => {
    counted = [];
    now = 0;
    world = await createBrokerWorld({
      count: (metric) => counted.push(metric),
      publishesPerSecond: 2,
      now: () => now,
    });
  });
  afterEach(() => world.end());

  /** A device whose own connection is not counted. */
  async function device(...args: Parameters<BrokerWorld["device"]>): Promise<MqttClient> {
    const client = await world.device(...args);
    counted = [];
    return client;
  }

  it("count an accepted client, and its published messages, subscriptions and received messages", async () => {
    const client = await world.device("sensor-1");
    await client.subscribeAsync("a/+", { qos: 1 });
    const message = nextMessage(client);
    await client.publishAsync("b", "1", { qos: 0 });
    await client.publishAsync("a/b", "1", { qos: 1 });
    await message;
    assert.deepEqual(counted, [
      "Connect.Success",
      "Subscribe.Success",
      "PublishIn.Success",
      "PublishIn.Success",
      "PublishOut.Success",
    ]);
  });

  it("count one request for all of its filters", async () => {
    const client = await device("sensor-1");
    await client.subscribeAsync(["a", "b", "c"]);
    assert.deepEqual(counted, ["Subscribe.Success"]);
    const ended = disconnected(client);
    client.subscribe(["$aws/x", "$aws/y"]);
    await ended;
    assert.deepEqual(counted, ["Subscribe.Success", "Subscribe.ClientError"]);
  });

  it("do not count the subscriptions of a resumed session", async () => {
    const first = await device("sensor-1", { clean: false });
    await first.subscribeAsync("a", { qos: 1 });
    await first.endAsync();
    counted = [];
    const second = await world.device("sensor-1", { clean: false });
    const message = nextMessage(second);
    await world.broker.deliver("a", Buffer.from("1"), 0);
    await message;
    assert.deepEqual(counted, ["Connect.Success", "PublishOut.Success"]);
  });

  it("count a resumed subscription that is no longer permitted", async () => {
    const first = await device("sensor-1", { clean: false });
    await first.subscribeAsync("a", { qos: 1 });
    await first.endAsync();
    counted = [];
    world.peer = certificate("sensor-1", devicePolicy);
    await assert.rejects(world.device("sensor-1", { clean: false }));
    assert.deepEqual(counted, ["Subscribe.AuthError"]);
  });

  it("distinguish an unknown certificate from one whose policies deny it", async () => {
    world.peer = undefined;
    await assert.rejects(world.device("sensor-1"));
    world.peer = certificate("sensor-1", devicePolicy);
    await assert.rejects(world.device("sensor-2"));
    assert.deepEqual(counted, ["Connection.AuthNError", "Connect.AuthError"]);
  });

  it("count clients with an invalid CONNECT", async () => {
    await assert.rejects(world.device("x".repeat(129)));
    await assert.rejects(world.device("$x", { protocolVersion: 5 }));
    await assert.rejects(world.device("sensor-1", { protocolVersion: 3, protocolId: "MQIsdp" }));
    assert.deepEqual(counted, Array(3).fill("Connect.ClientError"));
  });

  const failures: [metric: BrokerMetric, what: string, act: (client: MqttClient) => unknown][] = [
    ["PublishIn.AuthError", "a message that policies do not allow", (c) => c.publish("a", "1")],
    [
      "PublishIn.ClientError",
      "a message that is too long",
      (c) => c.publish("devices/sensor-1/telemetry", Buffer.alloc(131_073)),
    ],
    ["Subscribe.AuthError", "a filter that policies do not allow", (c) => c.subscribe("a")],
    ["Subscribe.ClientError", "QoS 2", (c) => c.subscribe("devices/sensor-1/x", { qos: 2 })],
  ];
  for (const [metric, what, act] of failures)
    it(`count ${what} as ${metric}, and nothing else`, async () => {
      world.peer = certificate("sensor-1", devicePolicy);
      const client = await device("sensor-1");
      const ended = disconnected(client);
      act(client);
      await ended;
      assert.deepEqual(counted, [metric]);
    });

  it("count a message that the rules engine rejects", async () => {
    world.accept = () => Promise.reject(new Error("full"));
    const client = await device("sensor-1");
    const ended = disconnected(client);
    client.publish("a", "1");
    await ended;
    assert.deepEqual(counted, ["PublishIn.ServerError"]);
  });

  it("count messages discarded by the rate limit", async () => {
    const client = await device("sensor-1");
    for (const topic of ["1", "2", "3"]) client.publish(topic, "x");
    await client.subscribeAsync("a");
    assert.deepEqual(counted.sort(), [
      "PublishIn.Success",
      "PublishIn.Success",
      "PublishIn.Throttle",
      "Subscribe.Success",
    ]);
  });

  it("count messages that a client may not receive, but not those without a subscription", async () => {
    world.peer = certificate("sensor-1", devicePolicy);
    const client = await device("sensor-1");
    await client.subscribeAsync("devices/sensor-1/#");
    counted = [];
    const message = nextMessage(client);
    for (const topic of ["elsewhere", "devices/sensor-1/secret", "devices/sensor-1/acks"])
      await world.broker.deliver(topic, Buffer.from("1"), 0);
    await message;
    assert.deepEqual(counted, ["PublishOut.AuthError", "PublishOut.Success"]);
  });
});

describe("metrics of the broker in CloudWatch", () => {
  let world: World;
  let cloudwatch: CloudWatchClient;
  const connected: MqttClient[] = [];
  before(async () => {
    world = await createWorld();
    world.iot.addDevicePolicy(devicePolicy);
    cloudwatch = world.clients.get(CloudWatchClient);
  });
  after(async () => {
    await Promise.all(connected.map((client) => client.endAsync(true)));
    await world.end();
  });

  /** The sums of all metrics that have a protocol and nothing else, each by protocol and name. */
  async function totals(): Promise<Map<string, number>> {
    await world.iot.idle();
    const { Metrics = [] } = await cloudwatch.send(
      new ListMetricsCommand({ Namespace: "AWS/IoT", Dimensions: [{ Name: "Protocol" }] }),
    );
    const sums = new Map<string, number>();
    for (const { MetricName = "", Dimensions = [] } of Metrics) {
      assert.deepEqual(
        Dimensions.map(({ Name }) => Name),
        ["Protocol"],
      );
      const { Datapoints = [] } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: "AWS/IoT",
          MetricName,
          Dimensions,
          StartTime: new Date(Date.now() - 3_600_000),
          EndTime: new Date(Date.now() + 60_000),
          Period: 86_400,
          Statistics: ["Sum"],
        }),
      );
      const sum = Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
      sums.set(`${Dimensions[0]?.Value} ${MetricName}`, sum);
    }
    return sums;
  }

  /** What a step adds to any of them. */
  async function counted(step: () => Promise<unknown>): Promise<Record<string, number>> {
    const before = await totals();
    await step();
    const added = [...(await totals())].map(
      ([name, sum]) => [name, sum - (before.get(name) ?? 0)] as const,
    );
    return Object.fromEntries(added.filter(([, sum]) => sum !== 0));
  }

  async function device(name: string, policy: string, clientId = name): Promise<MqttClient> {
    const credentials = await world.iot.addThing(name, [policy]);
    return connect(world.iot.mqttUrl, clientId, identity(credentials), (client) =>
      connected.push(client),
    );
  }

  it("include accepted connections", async () => {
    assert.deepEqual(await counted(() => device("metrics-1", "open")), {
      "MQTT Connect.Success": 1,
    });
  });

  it("include connections that a certificate's policies deny", async () => {
    const refused = (): Promise<void> =>
      assert.rejects(device("metrics-2", "device", "another"), /Not authorized/);
    assert.deepEqual(await counted(refused), { "MQTT Connect.AuthError": 1 });
  });

  it("include connections without a certificate, and with an inactive one", async () => {
    const attempts = async (): Promise<void> => {
      const { ca } = world.credentials;
      await assert.rejects(
        connect(world.iot.mqttUrl, "metrics-3", { ca }, (client) => client.on("error", () => 0)),
      );
      const credentials = await world.iot.addThing("metrics-3", ["open"]);
      world.iot.deactivateCertificate("metrics-3");
      await assert.rejects(connect(world.iot.mqttUrl, "metrics-3", identity(credentials)));
    };
    assert.deepEqual(await counted(attempts), { "MQTT Connection.AuthNError": 2 });
  });

  it("include permitted and denied publishes and subscriptions", async () => {
    const allowed = async (): Promise<void> => {
      const message = nextMessage(world.device);
      await world.device.subscribeAsync("metrics/a", { qos: 1 });
      await world.device.publishAsync("metrics/a", "1", { qos: 1 });
      await message;
    };
    assert.deepEqual(await counted(allowed), {
      "MQTT PublishIn.Success": 1,
      "MQTT PublishOut.Success": 1,
      "MQTT Subscribe.Success": 1,
    });
    const [publisher, subscriber] = [
      await device("metrics-4", "device"),
      await device("metrics-5", "device"),
    ];
    const denied = async (): Promise<void> => {
      const ended = Promise.all([disconnected(publisher), disconnected(subscriber)]);
      publisher.publish("metrics/a", "1");
      subscriber.subscribe("metrics/a");
      await ended;
    };
    assert.deepEqual(await counted(denied), {
      "MQTT PublishIn.AuthError": 1,
      "MQTT Subscribe.AuthError": 1,
    });
  });

  it("include HTTP publishes", async () => {
    const credentials = await assumeRole(world.clients, {
      roleArn: await world.role(
        [
          {
            Action: "iot:Publish",
            Resource: "arn:aws:iot:eu-central-1:123456789012:topic/metrics/http",
          },
        ],
        trustIot(),
      ),
      servicePrincipal: "iot.amazonaws.com",
      sourceArn: `arn:aws:iot:eu-central-1:123456789012:rule/${nextName("rule")}`,
    });
    const endpoint = world.iot.dataEndpoint;
    const client = new IoTDataPlaneClient({
      endpoint,
      region: "eu-central-1",
      credentials,
      maxAttempts: 1,
    });
    const publish = (topic: string, payload = "1"): Promise<unknown> =>
      client.send(new PublishCommand({ topic, payload: Buffer.from(payload) }));
    const steps: [metric: string, step: () => Promise<unknown>][] = [
      ["HTTP PublishIn.Success", () => publish("metrics/http")],
      [
        "HTTP PublishIn.AuthError",
        () => assert.rejects(publish("metrics/other"), { name: "ForbiddenException" }),
      ],
      [
        "HTTP PublishIn.ClientError",
        () => assert.rejects(publish("metrics/http", "x".repeat(131_073)), { $fault: "client" }),
      ],
    ];
    for (const [metric, step] of steps) assert.deepEqual(await counted(step), { [metric]: 1 });
    assert.deepEqual(await counted(() => fetch(`${endpoint}/retainedMessage`)), {});
    client.destroy();
  });
});
