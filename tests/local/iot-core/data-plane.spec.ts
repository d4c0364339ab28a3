import * as assert from "node:assert/strict";
import {
  IoTDataPlaneClient,
  PublishCommand,
  type PublishCommandInput,
} from "@aws-sdk/client-iot-data-plane";
import { assumeRole } from "../../../local/aws/assume-role";
import type { Credentials } from "../../../local/aws/clients";
import { startDataPlane } from "../../../local/iot-core/data-plane";
import { account, nextMessage } from "./devices";
import { createWorld, nextName, send, trustIot, type World } from "./world";

describe("data plane", () => {
  let world: World;
  let credentials: Credentials;
  const clients: IoTDataPlaneClient[] = [];

  before(async () => {
    world = await createWorld();
    const Resource = "arn:aws:iot:eu-central-1:123456789012:topic/devices/*/acks";
    const roleArn = await world.role([{ Action: "iot:Publish", Resource }], trustIot());
    credentials = await assumeRole(world.clients, {
      roleArn,
      servicePrincipal: "iot.amazonaws.com",
      context: {
        "aws:SourceArn": "arn:aws:iot:eu-central-1:123456789012:rule/any",
        "aws:SourceAccount": "123456789012",
      },
    });
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await world.end();
  });

  async function publish(input: PublishCommandInput, as = credentials): Promise<void> {
    const endpoint = world.iot.dataEndpoint;
    const client = new IoTDataPlaneClient({
      endpoint,
      region: "eu-central-1",
      credentials: as,
      maxAttempts: 1,
    });
    clients.push(client);
    await client.send(new PublishCommand(input));
  }

  const payload = Buffer.from([0, 1, 254, 255]);

  it("publishes to devices what its signer may publish", async () => {
    await world.device.subscribeAsync("devices/sensor-1/acks", { qos: 1 });
    const message = nextMessage(world.device);
    await publish({ topic: "devices/sensor-1/acks", qos: 1, payload: Buffer.from("done") });
    assert.deepEqual(await message, { topic: "devices/sensor-1/acks", text: "done" });
  });

  it("shows the rules who sent it: no device", async () => {
    const queue = await world.queue();
    const roleArn = await world.role([send(queue)]);
    await world.iot.addRule({
      name: nextName("rule"),
      enabled: true,
      sql: "SELECT clientid() AS c, principal() AS p, encode(*, 'base64') AS payload, isUndefined(traceid()) AS untraced FROM 'devices/rules/acks'",
      sqlVersion: "2016-03-23",
      sqs: [{ queueUrl: queue.url, roleArn, useBase64: false }],
    });
    await publish({ topic: "devices/rules/acks", payload });
    await world.iot.idle();
    assert.deepEqual(
      (await queue.drain()).map((body) => JSON.parse(body) as unknown),
      [{ c: "n/a", p: "n/a", payload: payload.toString("base64"), untraced: true }],
    );
  });

  it("keeps a topic with any characters as it is", async () => {
    const topic = "devices/a b:ü%2F/acks";
    const published = world.trace.until("it", ({ kind }) => kind === "published");
    await publish({ topic, payload });
    assert.deepEqual(await published, { kind: "published", topic, payload, clientId: "n/a" });
  });

  const unpublished: [what: string, input: PublishCommandInput, error: object][] = [
    [
      "a topic that its signer may not publish to",
      { topic: "devices/sensor-1/telemetry", payload },
      { name: "ForbiddenException" },
    ],
    [
      "a message to be retained",
      { topic: "devices/sensor-1/acks", retain: true },
      {
        name: "InvalidRequestException",
        message: "The local data endpoint retains no message; publish without the retain flag.",
      },
    ],
    [
      "MQTT 5 properties",
      { topic: "devices/sensor-1/acks", contentType: "text/plain", correlationData: "x" },
      {
        name: "InvalidRequestException",
        message:
          "The local IoT Core speaks no MQTT 5; publish without contentType, x-amz-mqtt5-correlation-data.",
      },
    ],
    [
      "QoS 2",
      { topic: "devices/sensor-1/acks", qos: 2 },
      { name: "InvalidRequestException", message: "QoS is 0 or 1, not '2'." },
    ],
    [
      "a topic with a wildcard",
      { topic: "devices/+/acks" },
      {
        name: "InvalidRequestException",
        message: "Topic 'devices/+/acks' holds a wildcard or a null character.",
      },
    ],
    [
      "more than 128 KiB",
      { topic: "devices/sensor-1/acks", payload: Buffer.alloc(131_073) },
      {
        name: "RequestEntityTooLargeException",
        message: "The payload has 131073 bytes; AWS IoT Core takes 131072.",
      },
    ],
  ];
  for (const [what, input, error] of unpublished)
    it(`refuses ${what}, and publishes nothing`, async () => {
      const mark = world.traced.length;
      await assert.rejects(publish(input), error);
      assert.deepEqual(world.traced.slice(mark), []);
    });

  it("passes on that a signature is wrong", async () => {
    const mark = world.traced.length;
    const forged = { ...credentials, secretAccessKey: "another" };
    await assert.rejects(publish({ topic: "devices/sensor-1/acks" }, forged), {
      name: "ForbiddenException",
      message: "Forbidden",
    });
    assert.deepEqual(world.traced.slice(mark), []);
  });

  it("has no shadows", async () => {
    const answer = await fetch(`${world.iot.dataEndpoint}/things/sensor-1/shadow`);
    assert.equal(answer.status, 400);
    assert.deepEqual(await answer.json(), {
      message: "The local IoT Core only publishes; it has no GET /things/sensor-1/shadow.",
    });
  });

  it("says that it cannot ask the account", async () => {
    const { port, close } = await startDataPlane({
      account,
      publish: () => assert.fail("It published without asking."),
    });
    const answer = await fetch(`http://127.0.0.1:${port}/topics/a`, { method: "POST", body: "1" });
    assert.equal(answer.status, 503);
    await close();
  });
});
