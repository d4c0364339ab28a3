import * as assert from "node:assert/strict";
import type { IPublishPacket } from "mqtt-packet";
import { SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { connect, identity, nextMessage } from "./devices";
import { createWorld, nextName, send, type Queue, type Statement, type World } from "./world";

describe("rule actions", () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.end());

  /** A rule on one topic of its own, with one action. */
  async function rule(sql: string, actions: object): Promise<void> {
    const base = { enabled: true, sqlVersion: "2016-03-23" };
    await world.iot.addRule({ ...base, name: nextName("rule"), sql, ...actions });
  }

  const failed = (): string[] =>
    world.traced.flatMap((event) => (event.kind === "action-failed" ? [event.reason] : []));

  describe("sqs", () => {
    async function withQueue(sql: string, useBase64: boolean): Promise<Queue> {
      const queue = await world.queue();
      const roleArn = await world.role([send(queue)]);
      await rule(sql, { sqs: [{ queueUrl: queue.url, roleArn, useBase64 }] });
      return queue;
    }

    it("sends the output of the statement as the message's body", async () => {
      const queue = await withQueue("SELECT a, topic(2) AS device FROM 'sqs1/+'", false);
      await world.publish("sqs1/sensor-1", { a: [1, "ü"], b: 2 });
      assert.deepEqual(await queue.drain(), ['{"a":[1,"ü"],"device":"sensor-1"}']);
    });

    it("sends any bytes in Base64 if configured", async () => {
      const queue = await withQueue("SELECT * FROM 'sqs2'", true);
      await world.publish("sqs2", Buffer.from([0, 254, 255]));
      assert.deepEqual(await queue.drain(), ["AP7/"]);
    });

    it("accepts AWS's URL of a queue", async () => {
      const queue = await world.queue();
      const name = queue.arn.split(":")[5];
      const roleArn = await world.role([send(queue)]);
      const queueUrl = `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`;
      await rule("SELECT * FROM 'sqs3'", { sqs: [{ queueUrl, roleArn, useBase64: false }] });
      await world.publish("sqs3", { a: 1 });
      assert.deepEqual(await queue.drain(), ['{"a":1}']);
    });

    it("finds its queue by a substitution template", async () => {
      const queue = await world.queue();
      const [prefix, name] = [
        queue.url.slice(0, queue.url.lastIndexOf("/")),
        queue.arn.split(":")[5],
      ];
      const roleArn = await world.role([send(queue)]);
      const queueUrl = `${prefix}/\${queue}`;
      await rule("SELECT a FROM 'sqs4'", { sqs: [{ queueUrl, roleArn, useBase64: false }] });
      await world.publish("sqs4", { a: 1, queue: name });
      assert.deepEqual(await queue.drain(), ['{"a":1}']);
    });
  });

  describe("sns", () => {
    async function withTopic(sql: string, messageFormat?: string): Promise<Queue> {
      const [targetArn, queue] = [await world.topic(), await world.queue()];
      const { clients } = world;
      const Statement = [
        { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: queue.arn },
      ];
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      await clients
        .get(SQSClient)
        .send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: { Policy } }));
      await clients
        .get(SNSClient)
        .send(new SubscribeCommand({ TopicArn: targetArn, Protocol: "sqs", Endpoint: queue.arn }));
      const roleArn = await world.role([{ Action: "sns:Publish", Resource: targetArn }]);
      await rule(sql, { sns: [{ targetArn, roleArn, messageFormat }] });
      return queue;
    }
    const messages = async (queue: Queue): Promise<string[]> =>
      (await queue.drain()).map((body) => (JSON.parse(body) as { Message: string }).Message);

    it("publishes a RAW message as it is", async () => {
      const queue = await withTopic("SELECT * FROM 'sns1'", "RAW");
      await world.publish("sns1", { a: 1 });
      assert.deepEqual(await messages(queue), ['{"a":1}']);
    });

    it("is RAW by default", async () => {
      const queue = await withTopic("SELECT * FROM 'sns2'");
      await world.publish("sns2", "not JSON");
      assert.deepEqual(await messages(queue), ["not JSON"]);
    });

    it("publishes JSON as a text per protocol", async () => {
      const queue = await withTopic("SELECT * FROM 'sns3'", "JSON");
      await world.publish("sns3", { default: "for all", sqs: "for queues" });
      assert.deepEqual(await messages(queue), ["for queues"]);
    });

    it("fails as JSON without a default text", async () => {
      const queue = await withTopic("SELECT * FROM 'sns4'", "JSON");
      const before = failed().length;
      await world.publish("sns4", { temperature: 21 });
      assert.deepEqual(await messages(queue), []);
      assert.match(failed().slice(before).join(), /Error Code: InvalidParameter/);
    });
  });

  describe("kinesis", () => {
    it("puts the output on the stream under the key that its template yields", async () => {
      const stream = await world.stream();
      const roleArn = await world.role([{ Action: "kinesis:PutRecord", Resource: stream.arn }]);
      const partitionKey = "${topic(2)}";
      await rule("SELECT encode(*, 'base64') AS payload FROM 'kinesis/+'", {
        kineses: [{ streamName: stream.name, partitionKey, roleArn }],
      });
      await world.publish("kinesis/sensor-7", Buffer.from([0, 255]));
      assert.deepEqual(await stream.records(), [
        { partitionKey: "sensor-7", data: Buffer.from('{"payload":"AP8="}') },
      ]);
    });
  });

  describe("dynamodbv2", () => {
    async function withTable(sql: string) {
      const table = await world.table();
      const roleArn = await world.role([{ Action: "dynamodb:PutItem", Resource: table.arn }]);
      await rule(sql, { dynamodbv2s: [{ roleArn, putItem: { tableName: table.name } }] });
      return table;
    }

    it("writes every JSON type as DynamoDB's type", async () => {
      const table = await withTable("SELECT *, topic(2) AS deviceId FROM 'dynamodb1/+'");
      const reading = { timestamp: 17, temperature: -2.5, ok: true, none: null, empty: "" };
      await world.publish("dynamodb1/sensor-1", {
        ...reading,
        nested: { list: [1, "a", { b: false }] },
      });
      assert.deepEqual(await table.items(), [
        {
          deviceId: { S: "sensor-1" },
          timestamp: { N: "17" },
          temperature: { N: "-2.5" },
          ok: { BOOL: true },
          none: { NULL: true },
          empty: { S: "" },
          nested: { M: { list: { L: [{ N: "1" }, { S: "a" }, { M: { b: { BOOL: false } } }] } } },
        },
      ]);
    });

    it("replaces the item of the same key", async () => {
      const table = await withTable("SELECT * FROM 'dynamodb2'");
      await world.publish("dynamodb2", { deviceId: "a", timestamp: 1, old: true });
      await world.publish("dynamodb2", { deviceId: "a", timestamp: 1, fresh: true });
      assert.deepEqual(await table.items(), [
        { deviceId: { S: "a" }, timestamp: { N: "1" }, fresh: { BOOL: true } },
      ]);
    });

    const unwritable: [what: string, payload: object, reason: RegExp][] = [
      ["without the table's sort key", { deviceId: "a" }, /Error Code: ValidationException/],
      [
        "with a key of another type",
        { deviceId: 1, timestamp: 1 },
        /Error Code: ValidationException/,
      ],
    ];
    for (const [index, [what, payload, reason]] of unwritable.entries())
      it(`fails for an output ${what}`, async () => {
        const table = await withTable(`SELECT * FROM 'dynamodb3/${index}'`);
        const before = failed().length;
        await world.publish(`dynamodb3/${index}`, payload);
        assert.deepEqual(await table.items(), []);
        assert.match(failed().slice(before).join(), reason);
      });

    it("fails for an output that is not an object", async () => {
      await withTable("SELECT VALUE a FROM 'dynamodb4'").catch(async () =>
        withTable("SELECT * FROM 'dynamodb4'"),
      );
      const before = failed().length;
      await world.publish("dynamodb4", "[1]");
      assert.match(failed().slice(before).join(), /is not a JSON object, so it is no item/);
    });
  });

  describe("republish", () => {
    const publishTo = (filter: string): Statement => ({
      Action: "iot:Publish",
      Resource: `arn:aws:iot:eu-central-1:123456789012:topic/${filter}`,
    });

    it("publishes on the topic that its template yields, to devices and to other rules", async () => {
      const queue = await world.queue();
      const sendRole = await world.role([send(queue)]);
      await rule("SELECT *, clientid() AS sender FROM 'out/+'", {
        sqs: [{ queueUrl: queue.url, roleArn: sendRole, useBase64: false }],
      });
      const roleArn = await world.role([publishTo("out/*")]);
      await rule("SELECT a FROM 'in/+'", {
        republishes: [{ topic: "out/${topic(2)}", qos: 1, roleArn }],
      });
      const credentials = await world.iot.addThing("watcher", ["open"]);
      const watcher = await connect(world.iot.mqttUrl, "watcher", identity(credentials));
      await watcher.subscribeAsync("out/#", { qos: 1 });
      const message = nextMessage(watcher);
      await world.publish("in/x", { a: 1, b: 2 });
      assert.deepEqual(await message, { topic: "out/x", text: '{"a":1}' });
      assert.deepEqual(await queue.drain(), ['{"a":1,"sender":"n/a"}']);
      await watcher.endAsync();
    });

    it("sends the headers that its templates yield, from the properties of the message", async () => {
      const roleArn = await world.role([publishTo("headers/*")]);
      await rule("SELECT * FROM 'with/headers'", {
        republishes: [
          {
            topic: "headers/out",
            qos: 1,
            roleArn,
            headers: {
              payloadFormatIndicator: "UTF8_DATA",
              contentType: "${get_mqtt_property('content_type')}",
              responseTopic: "answers/${id}",
              correlationData: "${get_mqtt_property('correlation_data')}",
              messageExpiry: "60",
              userProperties: [{ key: "from", value: "${get(get_user_properties('k'), 0)}" }],
            },
          },
        ],
      });
      const credentials = await world.iot.addThing("headers", ["open"]);
      const options = { ...identity(credentials), protocolVersion: 5 as const };
      const device = await connect(world.iot.mqttUrl, "headers", options);
      await device.subscribeAsync("headers/#", { qos: 1 });
      const packet = new Promise<IPublishPacket>((resolve) =>
        device.on("message", (_topic, _payload, received) => resolve(received)),
      );
      const properties = {
        contentType: "text/plain",
        correlationData: Buffer.from([0, 255]),
        userProperties: { k: "v" },
      };
      await device.publishAsync("with/headers", '{"id":7}', { qos: 1, properties });
      const { userProperties, messageExpiryInterval, ...rest } = (await packet).properties ?? {};
      assert.deepEqual({ ...userProperties }, { from: "v" });
      assert.ok([59, 60].includes(messageExpiryInterval ?? 0));
      assert.deepEqual(rest, {
        payloadFormatIndicator: true,
        contentType: "text/plain",
        responseTopic: "answers/7",
        correlationData: Buffer.from([0, 255]),
      });
      await device.endAsync(true);
    });

    it("fails for headers that its templates make illegal, and delivers nothing", async () => {
      const roleArn = await world.role([publishTo("headers/*")]);
      const headers = { messageExpiry: "${text}" };
      await rule("SELECT * FROM 'in4'", {
        republishes: [{ topic: "headers/out", roleArn, headers }],
      });
      const before = failed().length;
      await world.publish("in4", { text: "soon" });
      assert.match(
        failed().slice(before).join(),
        /The message expiry 'soon' is not a number of seconds/,
      );
    });

    it("fails for a topic that the role may not publish to, and delivers nothing", async () => {
      const roleArn = await world.role([publishTo("elsewhere")]);
      await rule("SELECT * FROM 'in2'", { republishes: [{ topic: "secret", roleArn }] });
      const before = failed().length;
      await world.publish("in2", { a: 1 });
      assert.match(failed().slice(before).join(), /Error Code: ForbiddenException/);
      const topics = world.traced.flatMap((e) => (e.kind === "published" ? [e.topic] : []));
      assert.equal(topics.includes("secret"), false);
    });

    it("reaches a rule by Basic Ingest, with the dollar written twice", async () => {
      const queue = await world.queue();
      const name = nextName("rule");
      const sendRole = await world.role([send(queue)]);
      await world.iot.addRule({
        name,
        enabled: true,
        sql: "SELECT topic() AS t, a FROM 'nothing/here'",
        sqlVersion: "2016-03-23",
        sqs: [{ queueUrl: queue.url, roleArn: sendRole, useBase64: false }],
      });
      const roleArn = await world.role([publishTo(`$aws/rules/${name}/x`)]);
      await rule("SELECT * FROM 'in3'", {
        republishes: [{ topic: `$$aws/rules/${name}/x`, roleArn }],
      });
      await world.publish("in3", { a: 1 });
      assert.deepEqual(await queue.drain(), ['{"t":"x","a":1}']);
    });
  });
});
