import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { LambdaClient, PutFunctionEventInvokeConfigCommand } from "@aws-sdk/client-lambda";
import { PutBucketNotificationConfigurationCommand, S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { startInbox } from "../../../local/doubles/inbox";
import { startStreamMapping } from "../../../local/services/lambda/stream-mapping";
import { startPipe } from "../../../local/services/pipes/pipe";
import { startSubscription } from "../../../local/services/sns/subscription";
import { ownOf } from "../../../operations/redrive/own";
import {
  redrive,
  summary,
  type Outcome,
  type RedriveArgs,
} from "../../../operations/redrive/redrive";
import type { PartOutputs } from "../../../operations/stack-outputs";
import {
  createWorld,
  next,
  readStream,
  readTableStream,
  type World,
} from "../../local/services/world";
import * as bodies from "./bodies";

interface Published {
  topic: string;
  qos: string | null;
  payload: Buffer;
}

describe("redrive", () => {
  let world: World;
  let iot: Server;
  let published: Published[];
  let refused: Set<string>;

  before(async () => {
    world = await createWorld();
    iot = createServer((request, response) => {
      const url = new URL(request.url ?? "", "http://iot");
      const topic = decodeURIComponent(url.pathname.replace("/topics/", ""));
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const accepted = !refused.has(topic);
        const payload = Buffer.concat(chunks);
        if (accepted) published.push({ topic, qos: url.searchParams.get("qos"), payload });
        response.writeHead(accepted ? 200 : 403, { "content-type": "application/json" }).end("{}");
      });
    });
    await new Promise<void>((listening) => iot.listen(0, "127.0.0.1", listening));
  });
  after(async () => {
    iot.close();
    iot.closeAllConnections();
    await world.end();
  });
  beforeEach(() => {
    published = [];
    refused = new Set();
  });

  const iotUrl = (): string => `http://127.0.0.1:${(iot.address() as AddressInfo).port}`;
  interface More extends Partial<RedriveArgs> {
    outputs?: PartOutputs;
    topicPrefix?: string;
  }
  const stackOf = (outputs: PartOutputs, topicPrefix = "devices") => ({
    devicePolicyName: "device",
    topicPrefix,
    of: {
      alarms: { topicArn: `arn:aws:sns:eu-central-1:${world.clients.account.accountId}:alarms` },
      "iot-to-sqs": { ruleName: "ingest", ...outputs },
    },
  });
  const run = (
    failuresUrl: string,
    { outputs, topicPrefix, ...more }: More = {},
  ): Promise<Outcome[]> =>
    redrive({
      clients: {
        sqs: world.clients.get(SQSClient),
        s3: world.clients.get(S3Client),
        sns: world.clients.get(SNSClient),
        events: world.clients.get(EventBridgeClient),
        kinesis: world.clients.get(KinesisClient),
        tableStreams: world.clients.get(DynamoDBStreamsClient),
        workflows: world.clients.get(SFNClient),
        iot: new IoTDataPlaneClient({
          endpoint: iotUrl(),
          region: "eu-central-1",
          credentials: world.clients.account.root,
        }),
      },
      own: ownOf(stackOf({ failuresUrl, ...outputs }, topicPrefix), "iot-to-sqs"),
      ...more,
    });
  const send = async (queueUrl: string, ...messages: string[]): Promise<void> => {
    const sqs = world.clients.get(SQSClient);
    for (const MessageBody of messages) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
    }
  };
  const reading = { deviceId: "sensor-1", receivedAt: 1, payload: Uint8Array.of(0, 255, 10, 123) };
  /** Where a redrive publishes a message of a device, by the rule of the integration. */
  const at = (deviceId: string, receivedAt = 1, prefix = "devices"): string =>
    `$aws/rules/ingest/${prefix}/${deviceId}@${receivedAt}/telemetry`;
  const onceOnly: Published[] = [
    { topic: at("sensor-1"), qos: "1", payload: Buffer.from(reading.payload) },
  ];
  const admitTo = (service: string) => (queueArn: string) => ({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sqs:SendMessage",
      Resource: queueArn,
    },
  });
  const results = (outcomes: Outcome[]): string[] => outcomes.map(({ result }) => result);

  /** Outputs of a stack that has a stream, or the table of a stream. */
  const owning = (streamArn: string): More => ({ outputs: { source: streamArn.split("/")[1] } });

  /** When the queue received its only message, in ms since the epoch. */
  async function sentAt(queueUrl: string): Promise<number> {
    const sqs = world.clients.get(SQSClient);
    const { Messages: [message] = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        VisibilityTimeout: 0,
        MessageSystemAttributeNames: ["SentTimestamp"],
      }),
    );
    return Number(message?.Attributes?.SentTimestamp);
  }

  it("publishes messages of a rule's error action to this rule, as received when the queue received them", async () => {
    const queue = await world.queue();
    await send(queue.url, bodies.errorAction("devices/sensor-1/telemetry", reading.payload));
    const received = await sentAt(queue.url);
    assert.ok(Math.abs(received - Date.now()) < 60_000);
    const outcomes = await run(queue.url);
    assert.deepEqual(published, [{ ...onceOnly[0], topic: at("sensor-1", received) }]);
    assert.equal(summary(outcomes), "1 redriven, 0 left");
    assert.deepEqual(await world.bodies(queue.url), []);
  });

  it("keeps the first time of receipt of messages that fail again, with and without the prefix of Basic Ingest", async () => {
    const queue = await world.queue();
    for (const prefix of ["", "$aws/rules/ingest/"]) {
      published = [];
      const topic = `${prefix}devices/sensor-1@1700000000000/telemetry`;
      await send(queue.url, bodies.errorAction(topic, reading.payload));
      assert.deepEqual(results(await run(queue.url)), ["redriven"]);
      assert.deepEqual(published, [{ ...onceOnly[0], topic: at("sensor-1", 1_700_000_000_000) }]);
    }
  });

  it("believes no envelope that it was received after its queue had it", async () => {
    const queue = await world.queue();
    const future = 9_999_999_999_999;
    await send(queue.url, bodies.envelope({ ...reading, receivedAt: future }));
    const received = await sentAt(queue.url);
    await run(queue.url);
    assert.deepEqual(published, [{ ...onceOnly[0], topic: at("sensor-1", received) }]);
  });

  it("publishes a message without a payload", async () => {
    const queue = await world.queue();
    await send(queue.url, JSON.stringify({ deviceId: "sensor-1", receivedAt: 1 }));
    await run(queue.url);
    assert.deepEqual(published, [{ ...onceOnly[0], payload: Buffer.alloc(0) }]);
  });

  it("keeps a message if the outputs name no rule for it", async () => {
    const queue = await world.queue();
    await send(queue.url, bodies.envelope(reading));
    for (const dryRun of [true, false])
      assert.equal(
        summary(await run(queue.url, { outputs: { ruleName: undefined }, dryRun })),
        "0 redriven, 1 left: The outputs of the stack name no rule for the message: run `pulumi up` with this version of the program, then redrive again.",
      );
    assert.equal((await world.bodies(queue.url)).length, 1);
  });

  it("publishes dead letters of a queue, under the topic prefix of the stack", async () => {
    const queue = await world.queue();
    await send(queue.url, bodies.envelope(reading));
    await run(queue.url, { topicPrefix: "fleet" });
    assert.deepEqual(published, [{ ...onceOnly[0], topic: at("sensor-1", 1, "fleet") }]);
  });

  it("publishes events that a function subscribed to a topic failed to process", async () => {
    const topic = await world.topic();
    const queue = await world.queue();
    const fn = await world.lambda(`throw new Error("no");`, [
      { Action: ["sqs:SendMessage"], Resource: queue.arn },
    ]);
    await world.admitTopic(fn.name, topic);
    await world.clients.get(LambdaClient).send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: fn.name,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: queue.arn } },
      }),
    );
    const inputs = { topic, protocol: "lambda", endpoint: fn.arn };
    const subscription = await startSubscription({ ...world, inputs, inbox: { url: "" } });
    const sns = world.clients.get(SNSClient);
    await sns.send(new PublishCommand({ TopicArn: topic, Message: bodies.envelope(reading) }));
    await subscription.idle();
    await subscription.stop();
    assert.deepEqual(results(await run(queue.url)), ["redriven"]);
    assert.deepEqual(published, onceOnly);
    assert.deepEqual(await world.bodies(queue.url), []);
  });

  it("publishes records that a stream mapping stored in S3, and then deletes the object", async () => {
    const stream = await world.stream();
    const queue = await world.queue(admitTo("s3.amazonaws.com"));
    const bucket = await world.bucket();
    await world.clients.get(S3Client).send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: bucket.name,
        NotificationConfiguration: {
          QueueConfigurations: [{ QueueArn: queue.arn, Events: ["s3:ObjectCreated:*"] }],
        },
      }),
    );
    const fn = await world.lambda(`throw new Error("no");`, [
      readStream(stream.arn),
      { Action: ["s3:PutObject"], Resource: `${bucket.arn}/*` },
    ]);
    const other = { ...reading, deviceId: "sensor-2", payload: new Uint8Array() };
    await stream.put(bodies.envelope(reading), bodies.envelope(other));
    const mapping = await startStreamMapping({
      ...world,
      inputs: {
        eventSourceArn: stream.arn,
        functionName: fn.name,
        startingPosition: "TRIM_HORIZON",
        maximumRetryAttempts: 0,
        destinationConfig: { onFailure: { destinationArn: bucket.arn } },
      },
    });
    await mapping.idle();
    await mapping.stop();
    const outcomes = await run(queue.url, { outputs: { bucket: bucket.name } });
    assert.deepEqual(published, [
      ...onceOnly,
      { topic: at("sensor-2"), qos: "1", payload: Buffer.alloc(0) },
    ]);
    assert.deepEqual(
      outcomes
        .filter(({ originals }) => originals > 0)
        .map(({ originals, detail }) => [originals, detail]),
      [[2, "devices/sensor-1/telemetry, devices/sensor-2/telemetry"]],
    );
    assert.deepEqual([...(await bucket.objects())], []);
    assert.deepEqual(await world.bodies(queue.url), []);
  });

  it("publishes the records of a batch that a stream mapping reported, from the stream, and no neighbouring ones", async () => {
    const stream = await world.stream();
    const queue = await world.queue();
    const fn = await world.lambda(
      `if (texts(event).some((text) => text.includes("sensor"))) throw new Error("no");`,
      [readStream(stream.arn), { Action: ["sqs:SendMessage"], Resource: queue.arn }],
    );
    const other = { ...reading, deviceId: "sensor-2", payload: Uint8Array.of(1) };
    await stream.put(
      "before",
      "before",
      bodies.envelope(reading),
      bodies.envelope(other),
      "after",
      "after",
    );
    const mapping = await startStreamMapping({
      ...world,
      inputs: {
        eventSourceArn: stream.arn,
        functionName: fn.name,
        startingPosition: "TRIM_HORIZON",
        batchSize: 2,
        maximumRetryAttempts: 0,
        destinationConfig: { onFailure: { destinationArn: queue.arn } },
      },
    });
    await mapping.idle();
    await mapping.stop();
    assert.equal(summary(await run(queue.url, owning(stream.arn))), "1 redriven, 0 left");
    assert.deepEqual(published, [
      ...onceOnly,
      { topic: at("sensor-2"), qos: "1", payload: Buffer.from([1]) },
    ]);
    assert.deepEqual(await world.bodies(queue.url), []);
  });

  it("publishes records that a pipe could not deliver, from the stream or the table's stream", async () => {
    const stream = await world.stream();
    const table = await world.table();
    await stream.put(bodies.envelope(reading));
    const payload = Buffer.from(reading.payload).toString("base64");
    const { deviceId, receivedAt } = reading;
    await table.put({
      id: { S: "1" },
      deviceId: { S: deviceId },
      receivedAt: { N: String(receivedAt) },
      payload: { S: payload },
    });
    const send = { Action: ["sqs:SendMessage"] };
    for (const source of [stream.arn, table.streamArn]) {
      published = [];
      const queue = await world.queue();
      const name = next("pipe");
      const pipeArn = `arn:aws:pipes:eu-central-1:123456789012:pipe/${name}`;
      const role = await world.role({ service: "pipes.amazonaws.com", sourceArn: pipeArn }, [
        source === stream.arn ? readStream(source) : readTableStream(source),
        { ...send, Resource: queue.arn },
      ]);
      const parameters = {
        startingPosition: "TRIM_HORIZON",
        batchSize: 10,
        maximumRetryAttempts: 0,
        deadLetterConfig: { arn: queue.arn },
      };
      const pipe = await startPipe({
        ...world,
        inputs: {
          name,
          roleArn: role.arn,
          source,
          // It may not send there.
          target: (await world.queue()).arn,
          sourceParameters:
            source === stream.arn
              ? { kinesisStreamParameters: parameters }
              : { dynamodbStreamParameters: parameters },
        },
      });
      await pipe.idle();
      await pipe.stop();
      assert.equal(summary(await run(queue.url, owning(source))), "1 redriven, 0 left", source);
      assert.deepEqual(published, onceOnly);
      assert.deepEqual(await world.bodies(queue.url), []);
    }
  });

  it("keeps the notification of a batch that the stream no longer has, or that has no device", async () => {
    const stream = await world.stream();
    const queue = await world.queue();
    const [number = ""] = await stream.put("not an envelope");
    const notice = (batchSize: number): string =>
      JSON.stringify({
        context: { partnerResourceArn: "arn:aws:pipes:eu-central-1:123456789012:pipe/p" },
        KinesisBatchInfo: {
          shardId: "shardId-000000000000",
          startSequenceNumber: number,
          endSequenceNumber: number,
          batchSize,
          streamArn: stream.arn,
        },
      });
    await send(queue.url, notice(2));
    await send(queue.url, notice(1));
    const outcomes = await run(queue.url, owning(stream.arn));
    assert.deepEqual(outcomes.map(({ detail }) => detail).sort(), [
      `Stream ${stream.arn} has 1 of the 2 records of the batch in shardId-000000000000 from ${number}: the others have expired and cannot be redriven; delete this message if their loss is acceptable.`,
      `The batch of stream ${stream.arn} cannot be redriven: its records are not all device messages with their envelope; process it manually, then delete this message.`,
    ]);
    assert.deepEqual(results(outcomes), ["left", "left"]);
    assert.equal((await world.bodies(queue.url)).length, 2);
    assert.deepEqual(published, []);
  });

  it("publishes records below a delivery stream's error prefix, and then deletes the object", async () => {
    const queue = await world.queue();
    const bucket = await world.bucket();
    const other = { ...reading, deviceId: "sensor-2" };
    const records = [bodies.envelope(reading), `${bodies.envelope(other)}\n`];
    await bucket.put("errors/processing-failed/1", bodies.deliveryErrors(...records));
    await bucket.put("errors/processing-failed/2", bodies.deliveryErrors(records[0] ?? "", "{}"));
    for (const name of ["1", "2"]) {
      const key = `errors/processing-failed/${name}`;
      await send(queue.url, bodies.s3Event({ bucket: bucket.name, key }));
    }
    const outcomes = await run(queue.url, { outputs: { bucket: bucket.name } });
    assert.deepEqual(results(outcomes).sort(), ["left", "redriven"]);
    assert.match(
      summary(outcomes),
      /1 redriven, 1 left: Object s3:.*\/2 cannot be redriven: its records are not all device messages/,
    );
    assert.deepEqual(published, [...onceOnly, { ...onceOnly[0], topic: at("sensor-2") }]);
    assert.deepEqual([...(await bucket.objects()).keys()], ["errors/processing-failed/2"]);
  });

  it("publishes a reading that a function's subscription did not receive", async () => {
    const queue = await world.queue();
    await send(queue.url, bodies.deadLetter(reading));
    await run(queue.url);
    assert.deepEqual(published, onceOnly);
  });

  it("publishes an alert that a webhook rejected to the topic again, in the webhook's text", async () => {
    const topic = await world.topic();
    const queue = await world.queue(admitTo("sns.amazonaws.com"));
    const inbox = await startInbox();
    const endpoint = "https://example.com/hook";
    const subscription = await startSubscription({
      ...world,
      inputs: {
        topic,
        protocol: "https",
        endpoint,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: queue.arn }),
      },
      inbox,
      retryDelayMilliseconds: 1,
    });
    inbox.refuse(endpoint);
    await world.clients.get(SNSClient).send(
      new PublishCommand({
        TopicArn: topic,
        Subject: "Alert",
        MessageStructure: "json",
        Message: JSON.stringify({ default: "hot", https: '{"hot":true}' }),
        MessageAttributes: { deviceId: { DataType: "String", StringValue: "sensor-1" } },
      }),
    );
    await subscription.idle();
    inbox.accept(endpoint);
    const elsewhere = await run(queue.url, { outputs: { alertsTopicArn: `${topic}-other` } });
    assert.equal(
      summary(elsewhere),
      `0 redriven, 1 left: The message names the topic ${topic}, which is not of this part of the stack; it is not redriven. Find out who sent it, then delete it.`,
    );
    const outputs = { alertsTopicArn: topic };
    assert.deepEqual(results(await run(queue.url, { outputs })), ["redriven"]);
    await subscription.idle();
    await subscription.stop();
    const received = inbox.received();
    await inbox.stop();
    assert.deepEqual(
      received.map(({ subject, text, attributes }) => ({ subject, text, attributes })),
      [{ subject: "Alert", text: '{"hot":true}', attributes: { deviceId: "sensor-1" } }],
    );
    assert.deepEqual(await world.bodies(queue.url), []);
    assert.deepEqual(published, []);
  });

  it("keeps an event of an integration without a bus, and an execution of another integration's workflow", async () => {
    const queue = await world.queue();
    const arn = "arn:aws:states:eu-central-1:123456789012";
    const event = { source: "fleet", "detail-type": "Device Reading", detail: { deviceId: "a" } };
    const execution = {
      stateMachineArn: `${arn}:stateMachine:theirs`,
      executionArn: `${arn}:execution:theirs:1`,
      input: {},
    };
    await send(queue.url, JSON.stringify(event), JSON.stringify(execution));
    const outputs = { stateMachineArn: `${arn}:stateMachine:ours` };
    const outcomes = await run(queue.url, { outputs });
    assert.deepEqual(results(outcomes), ["left", "left"]);
    assert.deepEqual(outcomes.map(({ detail }) => detail).sort(), [
      "The message is an event, and its integration has no event bus.",
      `The message names the state machine ${arn}:stateMachine:theirs, which is not of this part of the stack; it is not redriven. Find out who sent it, then delete it.`,
    ]);
    assert.equal((await world.bodies(queue.url)).length, 2);
  });

  it("keeps messages that it does not understand, and reports them", async () => {
    const queue = await world.queue();
    await send(queue.url, "hello", bodies.envelope(reading));
    const outcomes = await run(queue.url);
    assert.deepEqual(results(outcomes).sort(), ["left", "redriven"]);
    assert.equal(
      summary(outcomes),
      "1 redriven, 1 left: The message cannot be redriven: it is not a JSON object; process it manually, then delete it.",
    );
    assert.deepEqual(await world.bodies(queue.url), ["hello"]);
  });

  it("keeps a message until all its publishes were acknowledged", async () => {
    const queue = await world.queue();
    const body = bodies.envelope(reading);
    await send(queue.url, body);
    refused.add(at("sensor-1"));
    assert.deepEqual(results(await run(queue.url)), ["left"]);
    assert.deepEqual(await world.bodies(queue.url), [body]);
    refused.clear();
    assert.deepEqual(results(await run(queue.url)), ["redriven"]);
    assert.deepEqual(published, onceOnly);
  });

  it("keeps a failed batch's object and notification if one of its records cannot be published", async () => {
    const queue = await world.queue();
    const bucket = await world.bucket();
    const other = { ...reading, deviceId: "sensor-2" };
    await bucket.put("a b/ü", bodies.streamFailure(reading, other));
    await send(queue.url, bodies.s3Event({ bucket: bucket.name, key: "a b/ü" }));
    refused.add(at("sensor-2"));
    const outputs = { bucket: bucket.name };
    assert.deepEqual(results(await run(queue.url, { outputs })), ["left"]);
    assert.equal((await world.bodies(queue.url)).length, 1);
    assert.equal((await bucket.objects()).size, 1);
  });

  it("keeps the notification of a missing object", async () => {
    const queue = await world.queue();
    const bucket = await world.bucket();
    await send(queue.url, bodies.s3Event({ bucket: bucket.name, key: "gone" }));
    assert.equal(
      summary(await run(queue.url, { outputs: { bucket: bucket.name } })),
      `0 redriven, 1 left: Object s3://${bucket.name}/gone does not exist: it was redriven before or has expired; delete this message.`,
    );
  });

  it("changes nothing in a dry run", async () => {
    const queue = await world.queue();
    const body = bodies.envelope(reading);
    await send(queue.url, body);
    const outcomes = await run(queue.url, { dryRun: true });
    assert.equal(summary(outcomes), "1 would be redriven, 0 left");
    assert.equal(outcomes[0]?.detail, "devices/sensor-1/telemetry");
    assert.deepEqual(published, []);
    assert.deepEqual(await world.bodies(queue.url), [body]);
  });

  it("processes no more messages than its limit", async () => {
    const queue = await world.queue();
    await send(queue.url, ...Array.from({ length: 13 }, () => bodies.envelope(reading)));
    assert.equal((await run(queue.url, { limit: 12 })).length, 12);
    assert.equal(published.length, 12);
    assert.equal((await world.bodies(queue.url)).length, 1);
  });

  interface Ended {
    code: number | null;
    text: string;
    complaint: string;
  }

  /** Runs the command as an operator does: where AWS is, and by what its certificate is checked, it learns from the environment. */
  const command = async (failuresUrl: string, ...words: string[]): Promise<Ended> => {
    const project = path.resolve(__dirname, "../../..");
    const { endpoint, ca = "", region, root } = world.clients.account;
    const folder = fs.mkdtempSync(path.join(project, ".local/redrive-"));
    const authority = path.join(folder, "ca.crt");
    fs.writeFileSync(authority, ca);
    const outputs = path.join(folder, "outputs.json");
    const { of, ...stack } = stackOf({ failuresUrl });
    fs.writeFileSync(outputs, JSON.stringify({ ...stack, ...of }));
    const main = ["-r", "./local/register.js", "operations/redrive/main.ts"];
    const child = spawn(process.execPath, [...main, ...words, "--outputs", outputs], {
      cwd: project,
      env: {
        PATH: process.env["PATH"],
        NODE_EXTRA_CA_CERTS: authority,
        AWS_ENDPOINT_URL: endpoint,
        AWS_ENDPOINT_URL_IOT_DATA_PLANE: iotUrl(),
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: root.accessKeyId,
        AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
      },
    });
    const [text, complaint] = [child.stdout, child.stderr].map((stream) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      return () => Buffer.concat(chunks).toString();
    }) as [() => string, () => string];
    const [code] = (await once(child, "close")) as [number | null];
    fs.rmSync(folder, { recursive: true });
    return { code, text: text(), complaint: complaint() };
  };

  it("reads endpoints from the environment and exits with 1 if messages remain", async () => {
    const queue = await world.queue();
    await send(queue.url, bodies.envelope(reading));
    const good = await command(queue.url, "iot-to-sqs");
    assert.match(good.text, / redriven: devices\/sensor-1\/telemetry\n1 redriven, 0 left\n$/);
    assert.equal(good.code, 0);
    assert.deepEqual(published, onceOnly);
    await send(queue.url, "hello");
    const bad = await command(queue.url, "iot-to-sqs");
    assert.match(
      bad.text,
      /left: The message cannot be redriven: it is not a JSON object; process it manually, then delete it\.\n0 redriven, 1 left/,
    );
    assert.equal(bad.code, 1);
  });

  it("empties a queue with more messages than one receive call returns", async () => {
    const queue = await world.queue();
    await send(queue.url, ...Array.from({ length: 25 }, () => bodies.envelope(reading)));
    assert.equal(summary(await run(queue.url)), "25 redriven, 0 left");
    assert.deepEqual(await world.bodies(queue.url), []);
  });
});
