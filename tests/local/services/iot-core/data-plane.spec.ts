import * as assert from "node:assert/strict";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  GetRetainedMessageCommand,
  IoTDataPlaneClient,
  ListRetainedMessagesCommand,
  PublishCommand,
  type PublishCommandInput,
} from "@aws-sdk/client-iot-data-plane";
import type { IPublishPacket } from "mqtt-packet";
import { assumeRole } from "../../../../local/aws/assume-role";
import { callApi } from "../../../../local/aws/call-api";
import type { Credentials } from "../../../../local/aws/clients";
import type { RawAnswer } from "../../../../local/aws/send";
import { startDataPlane } from "../../../../local/services/iot-core/data-plane";
import { account, connect, identity, nextMessage } from "./devices";
import { createWorld, nextName, send, trustIot, type Statement, type World } from "./world";

describe("data plane", () => {
  let world: World;
  let credentials: Credentials;
  const clients: IoTDataPlaneClient[] = [];

  before(async () => {
    world = await createWorld();
    credentials = await sessionOf([{ Action: "iot:Publish", Resource: topics }]);
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await world.end();
  });

  const topics = "arn:aws:iot:eu-central-1:123456789012:topic/devices/*/acks";

  async function sessionOf(statements: Statement[]): Promise<Credentials> {
    return assumeRole(world.clients, {
      roleArn: await world.role(statements, trustIot()),
      servicePrincipal: "iot.amazonaws.com",
      sourceArn: "arn:aws:iot:eu-central-1:123456789012:rule/any",
    });
  }

  function clientOf(as: Credentials): IoTDataPlaneClient {
    const endpoint = world.iot.dataEndpoint;
    const region = "eu-central-1";
    const client = new IoTDataPlaneClient({ endpoint, region, credentials: as, maxAttempts: 1 });
    clients.push(client);
    return client;
  }

  async function publish(input: PublishCommandInput, as = credentials): Promise<void> {
    await clientOf(as).send(new PublishCommand(input));
  }

  const payload = Buffer.from([0, 1, 254, 255]);

  it("publishes to devices with the permissions of its signer", async () => {
    await world.device.subscribeAsync("devices/sensor-1/acks", { qos: 1 });
    const message = nextMessage(world.device);
    await publish({ topic: "devices/sensor-1/acks", qos: 1, payload: Buffer.from("done") });
    assert.deepEqual(await message, { topic: "devices/sensor-1/acks", text: "done" });
  });

  it("publishes the properties of MQTT 5 to subscribers and rules", async () => {
    const queue = await world.queue();
    const roleArn = await world.role([send(queue)]);
    await world.iot.addRule({
      name: nextName("rule"),
      enabled: true,
      sql: "SELECT get_user_properties() AS u, get_mqtt_property('correlation_data') AS d FROM 'devices/properties/acks'",
      sqlVersion: "2016-03-23",
      sqs: [{ queueUrl: queue.url, roleArn, useBase64: false }],
    });
    const thing = await world.iot.addThing("reader", ["open"]);
    const options = { ...identity(thing), protocolVersion: 5 as const };
    const reader = await connect(world.iot.mqttUrl, "reader", options);
    const topic = "devices/properties/acks";
    await reader.subscribeAsync(topic, { qos: 1 });
    const packet = new Promise<IPublishPacket>((resolve) =>
      reader.on("message", (_topic, _payload, received) => resolve(received)),
    );
    await publish({
      topic,
      qos: 1,
      payload: "x",
      contentType: "text/plain",
      responseTopic: "answers",
      correlationData: "AP8=",
      messageExpiry: 604_801,
      payloadFormatIndicator: "UTF8_DATA",
      userProperties: '[{"a":"1"},{"b":"2"}]',
    });
    const { userProperties, messageExpiryInterval, ...properties } =
      (await packet).properties ?? {};
    assert.deepEqual({ ...userProperties }, { a: "1", b: "2" });
    assert.ok([604_799, 604_800].includes(messageExpiryInterval ?? 0));
    assert.deepEqual(properties, {
      contentType: "text/plain",
      responseTopic: "answers",
      correlationData: Buffer.from([0, 255]),
      payloadFormatIndicator: true,
    });
    await world.iot.idle();
    assert.deepEqual(await queue.drain(), ['{"u":[{"a":"1"},{"b":"2"}],"d":"AP8="}']);
    await reader.endAsync(true);
  });

  it("passes the sender to rules: not a device", async () => {
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

  it("keeps a topic with any characters unchanged", async () => {
    const topic = "devices/a b:ü%2F/acks";
    const published = world.trace.until("it", ({ kind }) => kind === "published");
    await publish({ topic, payload });
    assert.deepEqual(await published, { kind: "published", topic, payload, clientId: "n/a" });
  });

  /** Asks with a path as it is; an SDK client or fetch would change it. */
  async function post(path: string, as: Credentials): Promise<RawAnswer> {
    const { endpoint, ...rest } = { ...world.clients.account, endpoint: world.iot.dataEndpoint };
    return callApi({ ...rest, endpoint, ca: undefined }, endpoint, path, {
      method: "POST",
      body: "1",
      service: "iotdata",
      credentials: as,
    });
  }

  for (const path of [
    "devices/sensor-1/../sensor-2/acks",
    "devices/sensor-1/./acks",
    "devices/sensor-1/%2e%2e/sensor-2/acks",
    "devices/sensor-1/%2E./sensor-2/acks",
    "devices/sensor-1/..%2Fsensor-2/acks",
    "devices/sensor-1/..\\sensor-2/acks",
    "devices/sensor-1//acks",
  ])
    it(`publishes to the topic whose permission was checked: ${path}`, async () => {
      const Resource = "arn:aws:iot:eu-central-1:123456789012:topic/devices/sensor-1/*";
      const own = await sessionOf([{ Action: "iot:Publish", Resource }]);
      const mark = world.traced.length;
      assert.equal((await post(`/topics/${path}`, own)).status, 200);
      assert.deepEqual(
        world.traced.slice(mark).filter(({ kind }) => kind === "published"),
        [
          {
            kind: "published",
            topic: decodeURIComponent(path),
            payload: Buffer.from("1"),
            clientId: "n/a",
          },
        ],
      );
    });

  it("refuses a path that is not percent-encoded UTF-8", async () => {
    const mark = world.traced.length;
    const { status, body } = await post("/topics/devices/%ff/acks", credentials);
    assert.deepEqual(
      [status, body.toString()],
      [400, '{"message":"The path /topics/devices/%ff/acks is not percent-encoded UTF-8."}'],
    );
    assert.deepEqual(world.traced.slice(mark), []);
  });

  const unpublished: [what: string, input: PublishCommandInput, error: object][] = [
    [
      "a topic that its signer may not publish to",
      { topic: "devices/sensor-1/telemetry", payload },
      { name: "ForbiddenException" },
    ],
    [
      "a message to be retained on a Basic Ingest topic",
      { topic: "$aws/rules/r/a", retain: true },
      {
        name: "InvalidRequestException",
        message: "'$aws/rules/r/a' is reserved, and no message is retained there.",
      },
    ],
    [
      "correlation data that is not in base64",
      { topic: "devices/sensor-1/acks", contentType: "text/plain", correlationData: "x" },
      {
        name: "InvalidRequestException",
        message: "The correlation data 'x' is not in base64.",
      },
    ],
    [
      "a response topic with a wildcard",
      { topic: "devices/sensor-1/acks", responseTopic: "a/+" },
      { name: "InvalidRequestException", message: "The response topic 'a/+' has a wildcard." },
    ],
    [
      "a content type of more than 256 bytes",
      { topic: "devices/sensor-1/acks", contentType: "x".repeat(257) },
      { name: "InvalidRequestException", message: "The content type is longer than 256 bytes." },
    ],
    [
      "correlation data of more than 8 KiB",
      {
        topic: "devices/sensor-1/acks",
        correlationData: Buffer.alloc(8_193).toString("base64"),
      },
      {
        name: "InvalidRequestException",
        message: "The correlation data is longer than 8192 bytes.",
      },
    ],
    [
      "user properties that are no list of texts",
      { topic: "devices/sensor-1/acks", userProperties: '[{"a":1}]' },
      {
        name: "InvalidRequestException",
        message: "The user properties are not a JSON list of objects, in base64.",
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

  describe("a retained message", () => {
    const retaining: Statement[] = ["iot:Publish", "iot:RetainPublish"].map((Action) => ({
      Action,
      Resource: topics,
    }));
    const reading: Statement[] = [
      { Action: "iot:GetRetainedMessage", Resource: topics },
      { Action: "iot:ListRetainedMessages", Resource: "*" },
    ];

    it("is sent to later subscribers", async () => {
      const may = await sessionOf(retaining);
      await world.iot.introduce(may);
      const topic = "devices/retained-1/acks";
      await publish({ topic, qos: 1, retain: true, payload }, may);
      const message = nextMessage(world.device);
      await world.device.subscribeAsync(topic, { qos: 1 });
      assert.equal((await message).topic, topic);
    });

    it("can be read and listed, one published by a device too", async () => {
      const topic = "devices/retained-2/acks";
      await world.device.publishAsync(topic, payload, { qos: 1, retain: true });
      const client = clientOf(await sessionOf(reading));
      const {
        $metadata: _one,
        lastModifiedTime,
        ...message
      } = await client.send(new GetRetainedMessageCommand({ topic }));
      assert.deepEqual(message, { topic, qos: 1, payload: new Uint8Array(payload) });
      const { retainedTopics = [] } = await client.send(new ListRetainedMessagesCommand({}));
      assert.deepEqual(retainedTopics[0], { topic, qos: 1, payloadSize: 4, lastModifiedTime });
      await world.device.publishAsync(topic, "", { qos: 1, retain: true });
      await assert.rejects(client.send(new GetRetainedMessageCommand({ topic })), {
        name: "ResourceNotFoundException",
      });
    });

    it("cannot be read without the permission", async () => {
      const topic = "devices/retained-3/acks";
      await world.device.publishAsync(topic, payload, { qos: 1, retain: true });
      const client = clientOf(credentials);
      await assert.rejects(client.send(new GetRetainedMessageCommand({ topic })), {
        name: "ForbiddenException",
      });
      await assert.rejects(client.send(new ListRetainedMessagesCommand({})), {
        name: "ForbiddenException",
      });
    });

    it("needs a separate permission", async () => {
      const may = await sessionOf(retaining.slice(0, 1));
      await world.iot.introduce(may);
      const mark = world.traced.length;
      await assert.rejects(publish({ topic: "devices/retained-4/acks", retain: true }, may), {
        name: "ForbiddenException",
        message:
          "iot:RetainPublish on arn:aws:iot:eu-central-1:123456789012:topic/devices/retained-4/acks: no statement allows it.",
      });
      assert.deepEqual(world.traced.slice(mark), []);
    });

    it("is not accepted from a user that was not introduced", async () => {
      const UserName = nextName("user");
      const iam = world.clients.get(IAMClient);
      await iam.send(new CreateUserCommand({ UserName }));
      await iam.send(
        new PutUserPolicyCommand({
          UserName,
          PolicyName: "own",
          PolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: retaining.map((statement) => ({ Effect: "Allow", ...statement })),
          }),
        }),
      );
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
      const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } =
        AccessKey ?? {};
      const published = world.trace.until("it", ({ kind }) => kind === "published");
      const topic = "devices/retained-5/acks";
      await publish({ topic, retain: true, payload }, { accessKeyId, secretAccessKey });
      await published;
    });

    it("is not accepted from a session with an unknown role", async () => {
      await assert.rejects(publish({ topic: "devices/retained-6/acks", retain: true }), {
        name: "ForbiddenException",
        message: `The owner of access key ${credentials.accessKeyId} is unknown, so that iot:RetainPublish cannot be decided; introduce its credentials first.`,
      });
    });
  });

  it("reports an invalid signature", async () => {
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
      message:
        "The local IoT Core publishes and knows retained messages; it has no GET /things/sensor-1/shadow.",
    });
  });

  it("reports that the account is unreachable, and counts a server error", async () => {
    const counted: string[] = [];
    const { port, close } = await startDataPlane({
      account,
      publish: () => assert.fail("It published without asking."),
      retainRefusal: () => assert.fail("It asked the wrong one."),
      retained: () => undefined,
      allRetained: () => [],
      confirm: () => false,
      count: (metric) => counted.push(metric),
    });
    const answer = await fetch(`http://127.0.0.1:${port}/topics/a`, { method: "POST", body: "1" });
    assert.equal(answer.status, 503);
    assert.deepEqual(counted, ["PublishIn.ServerError"]);
    await close();
  });
});
