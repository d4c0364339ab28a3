import { DeleteQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { eventually, one } from "./eventually";
import { illegible, unfit } from "./invalid";
import { redrive } from "./operator";
import { assertQuarantined } from "./quarantine";
import { held, quarantinedAs, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

const integration = "iot-to-sqs";
const validator = "iot-to-sqs-worker";

describe("iot-to-sqs on this machine", function () {
  this.timeout(120_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-sqs");
    await world.deployment.idle();
  });

  it("processes a message and acknowledges the reading to its device", async () => {
    const [device, other] = [await world.device("sqs-delivery"), await world.device("sqs-other")];
    const reading = readingOf(device.name);
    const before = Date.now();
    await device.publish(reading);
    const [ack] = await eventually(
      "the acknowledgement",
      () => device.acks.length > 0 && device.acks,
    );
    const { receivedAt = 0 } = ack ?? {};
    assert.ok(receivedAt >= before && receivedAt <= Date.now(), `Received at ${receivedAt}.`);
    await world.deployment.idle();
    assert.deepEqual(device.acks, [
      { timestamp: reading.timestamp, receivedAt, status: "accepted" },
    ]);
    assert.deepEqual(other.acks, []);
    for (const queue of [
      world.outputs.of["iot-to-sqs"]?.queueUrl,
      world.outputs.of[integration]?.failuresUrl,
    ])
      assert.deepEqual(await held(world, queue), []);
  });

  it("processes every message of a burst, with late, repeated and out-of-order messages", async () => {
    const device = await world.device("sqs-order");
    const readings = Array.from({ length: 25 }, () => readingOf(device.name)).reverse();
    const [first] = readings;
    assert.ok(first);
    await Promise.all([...readings, first, first].map((reading) => device.publish(reading)));
    const times = new Set(readings.map(({ timestamp }) => timestamp));
    const acknowledged = () => new Set(device.acks.map(({ timestamp }) => timestamp));
    await eventually("an acknowledgement of each", () => acknowledged().size >= times.size);
    await world.deployment.idle();
    assert.deepEqual([...acknowledged()].sort(), [...times].sort());
    assert.deepEqual(await held(world, world.outputs.of["iot-to-sqs"]?.queueUrl), []);
  });

  it("quarantines each invalid message for its reason, with its bytes, at the first attempt", async () => {
    const name = "sqs-invalid";
    const invalid = [...illegible(name), ...unfit(name)];
    await assertQuarantined(world, { integration, validator }, name, invalid);
  });

  it("quarantines messages that no rule put into the queue", async () => {
    const QueueUrl = world.outputs.of["iot-to-sqs"]?.queueUrl;
    const MessageBody = '{"deviceId":7}';
    await world.platform.clients
      .get(SQSClient)
      .send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const entry = await eventually("the quarantine to have it", async () =>
      one(await quarantinedAs(world, integration, Buffer.from(MessageBody))),
    );
    assert.deepEqual(entry, {
      reason: "not-an-envelope",
      detail: "The message did not come from a rule of this program.",
      payload: Buffer.from(MessageBody).toString("base64"),
    });
  });

  it("loses nothing while its queue is missing: redrive delivers each message once", async () => {
    const device = await world.device("sqs-gone");
    const readings = Array.from({ length: 12 }, () => readingOf(device.name));
    const queue = world.resource("aws:sqs/queue:Queue", "iot-to-sqs-queue");
    await world.platform.clients
      .get(SQSClient)
      .send(new DeleteQueueCommand({ QueueUrl: world.outputs.of["iot-to-sqs"]?.queueUrl }));
    const sent = await Promise.all(readings.map((reading) => device.publish(reading)));
    await world.platform.iotCore.idle();
    const kept = await setAsideFrom(world, integration, device.name);
    assert.deepEqual(
      kept.flatMap((message) => message.sent.map(({ payload }) => payload)).sort(),
      sent.map((bytes) => bytes.toString("base64")).sort(),
    );
    await world.create(queue);
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "12 redriven, 0 left"], lines.join("\n"));
    await eventually("twelve acknowledgements", () => device.acks.length >= 12);
    await world.deployment.idle();
    assert.deepEqual(
      device.acks.map(({ timestamp }) => timestamp).sort(),
      readings.map(({ timestamp }) => timestamp),
    );
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });
});
