import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import type { Reading } from "../../../reading/reading";
import { redriveTopic } from "../../../operations/redrive/topics";
import { installMilliseconds } from "../../support/emulator";
import * as bodies from "../../operations/redrive/bodies";
import { connect, identity } from "../services/iot-core/devices";
import type { Device } from "./device";
import { eventually } from "./eventually";
import { alerted } from "./inbox";
import { redrive } from "./operator";
import { held, quarantinedFrom } from "./queues";
import { readingOf } from "./readings";
import { historyOf, stateAt } from "./tables";
import { deployed, type World } from "./world";

const day = 86_400_000;
const integrations = [
  "iot-to-dynamodb",
  "iot-to-sns",
  "iot-to-sqs",
  "iot-to-eventbridge",
  "iot-to-step-functions",
];

interface Late {
  device: Device;
  receivedAt: number;
  timestamp: number;
}

describe("a message that is redriven late", function () {
  this.timeout(180_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed();
    await world.deployment.idle();
  });

  const output = (part: string, name: string): string => {
    const value = world.outputs.of[part]?.[name];
    assert.ok(value, `${part} has no output ${name}.`);
    return value;
  };
  const setAside = async (part: string, MessageBody: string): Promise<void> => {
    const sqs = world.platform.clients.get(SQSClient);
    await sqs.send(new SendMessageCommand({ QueueUrl: output(part, "failuresUrl"), MessageBody }));
  };
  /** The items of a device in a table. */
  async function itemsOf(part: string, table: string, device: string) {
    const { Items = [] } = await world.platform.clients
      .get(DynamoDBClient)
      .send(new ScanCommand({ TableName: output(part, table), ConsistentRead: true }));
    return Items.filter(({ deviceId }) => deviceId?.S === device);
  }

  /** Sets a reading aside as each failure path of the program does, first received `days` ago. */
  async function setAsideEverywhere(reading: Reading, receivedAt: number): Promise<void> {
    const payload = Buffer.from(JSON.stringify(reading));
    const envelope = { deviceId: reading.deviceId, receivedAt, payload };
    const { topicPrefix } = world.outputs;
    const rule = output("iot-to-dynamodb", "historyRuleName");
    const topic = redriveTopic(rule, `${topicPrefix}/${reading.deviceId}/telemetry`, receivedAt);
    await setAside(
      "iot-to-dynamodb",
      JSON.stringify({
        ...(JSON.parse(bodies.errorAction(topic, payload)) as object),
        ruleName: rule,
      }),
    );
    const object = {
      bucket: output("iot-to-dynamodb", "failedBatchesBucket"),
      key: `aws/lambda/${reading.deviceId}`,
    };
    await world.platform.clients.get(S3Client).send(
      new PutObjectCommand({
        ...{ Bucket: object.bucket, Key: object.key },
        Body: bodies.streamFailure(envelope),
      }),
    );
    await setAside("iot-to-sns", bodies.asynchronousFailure(envelope));
    for (const part of ["iot-to-sqs", "iot-to-eventbridge", "iot-to-step-functions"])
      await setAside(part, bodies.envelope(envelope));
  }

  /** Finds a reading in every sink, with its own time of receipt. */
  async function arrived({ device, receivedAt, timestamp }: Late): Promise<void> {
    const [item] = await eventually("the history to have it", async () => {
      const items = await historyOf(world, device.name);
      return items.length > 0 && items;
    });
    assert.deepEqual(
      [item?.["timestamp"]?.N, item?.["receivedAt"]?.N],
      [String(timestamp), String(receivedAt)],
    );
    assert.equal(
      (await stateAt(world, device.name, timestamp))["receivedAt"]?.N,
      String(receivedAt),
    );
    await alerted(world, device.name);
    await eventually("the acknowledgement", () => device.acks.length > 0);
    assert.deepEqual(device.acks, [{ timestamp, receivedAt, status: "accepted" }]);
    const kept = await eventually("the workflow to store it", async () => {
      const items = await itemsOf("iot-to-step-functions", "processedTable", device.name);
      return items.length > 0 && items;
    });
    assert.deepEqual(
      kept.map((one) => [one["timestamp"]?.N, one["receivedAt"]?.N]),
      [[String(timestamp), String(receivedAt)]],
    );
    const [incident] = await eventually("the incident", async () => {
      const items = await itemsOf("iot-to-eventbridge", "incidentsTable", device.name);
      return items.length > 0 && items;
    });
    assert.deepEqual(
      [incident?.["status"]?.S, incident?.["openedAt"]?.N],
      ["open", String(timestamp)],
    );
  }

  it("arrives in every sink after 8 and 13 days, as received then", async () => {
    const late = await Promise.all(
      [8, 13].map(async (days) => {
        const device = await world.device(`late-${days}`);
        const receivedAt = Date.now() - days * day;
        const timestamp = receivedAt - 6 * day;
        const reading = readingOf(device.name, { status: "critical", temperature: 95, timestamp });
        await setAsideEverywhere(reading, receivedAt);
        return { device, receivedAt, timestamp };
      }),
    );
    for (const part of integrations) {
      const { code, lines } = await redrive(world, part);
      assert.equal(code, 0, lines.join("\n"));
    }
    for (const one of late) await arrived(one);
    await world.deployment.idle();
    for (const part of integrations) {
      for (const { device } of late)
        assert.deepEqual(await quarantinedFrom(world, part, device.name), [], part);
      assert.deepEqual(await held(world, output(part, "failuresUrl")), [], part);
    }
  });

  it("reaches its sink once: a redrive runs only the rule that failed", async () => {
    const device = await world.device("late-once");
    const receivedAt = Date.now() - 8 * day;
    const reading = readingOf(device.name, { timestamp: receivedAt });
    const payload = Buffer.from(JSON.stringify(reading));
    await setAside("iot-to-sqs", bodies.envelope({ deviceId: device.name, receivedAt, payload }));
    assert.equal((await redrive(world, "iot-to-sqs")).code, 0);
    await eventually("the acknowledgement", () => device.acks.length > 0);
    await world.deployment.idle();
    assert.equal(device.acks.length, 1);
    assert.deepEqual(await historyOf(world, device.name), []);
  });

  it("cannot be imitated by a device: its policy reaches none of the topics, and its own topic has no time", async () => {
    const name = "smuggler";
    const { platform, outputs } = world;
    const { topicPrefix } = outputs;
    const credentials = await platform.iotCore.addThing(name, [outputs.devicePolicyName]);
    const receivedAt = Date.now() - 8 * day;
    const old = readingOf(name, { timestamp: receivedAt });
    const own = `${topicPrefix}/${name}/telemetry`;
    for (const topic of [
      `${topicPrefix}/${name}@${receivedAt}/telemetry`,
      redriveTopic(output("iot-to-sqs", "ruleName"), own, receivedAt),
      redriveTopic(output("iot-to-dynamodb", "historyRuleName"), own, receivedAt),
      `$aws/rules/${output("telemetry", "ruleName")}/${own}`,
    ]) {
      const client = await connect(platform.iotCore.mqttUrl, name, identity(credentials));
      let acknowledged = false;
      const closed = new Promise<void>((resolve) => void client.once("close", () => resolve()));
      client.publish(topic, JSON.stringify(old), { qos: 1 }, (error) => {
        acknowledged = error === undefined || error === null;
      });
      await closed;
      assert.equal(acknowledged, false, topic);
    }
    const client = await connect(platform.iotCore.mqttUrl, name, identity(credentials));
    await client.publishAsync(own, JSON.stringify(old), { qos: 1 });
    await client.endAsync(true);
    const [entry] = await eventually(
      "the quarantine to have the one on its own topic",
      async () => {
        const entries = await quarantinedFrom(world, "iot-to-sqs", name);
        return entries.length > 0 && entries;
      },
    );
    await world.deployment.idle();
    assert.equal(entry?.reason, "clock-behind");
    assert.equal((await quarantinedFrom(world, "iot-to-sqs", name)).length, 1);
    assert.deepEqual(await historyOf(world, name), []);
  });
});
