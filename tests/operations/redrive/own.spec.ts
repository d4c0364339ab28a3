import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { ownOf } from "../../../operations/redrive/own";
import { redrive, summary, type Clients, type Outcome } from "../../../operations/redrive/redrive";
import { waitingIn } from "../../../operations/redrive/waiting";
import { readStackOutputs } from "../../../operations/stack-outputs";
import * as bodies from "./bodies";

const account = "eu-central-1:123456789012";
const machine = `arn:aws:states:${account}:stateMachine:ours`;
const topic = `arn:aws:sns:${account}:ours`;
const outputs = {
  devicePolicyName: "device",
  topicPrefix: "devices",
  alarms: { topicArn: `arn:aws:sns:${account}:alarms` },
  telemetry: { streamName: "telemetry", ruleName: "telemetry_rule", failuresUrl: "https://q/t" },
  "iot-to-all": {
    ruleName: "our_rule",
    historyRuleName: "history_rule",
    busName: "ours",
    stateMachineArn: machine,
    alertsTopicArn: topic,
    failedBatchesBucket: "ours",
    failuresUrl: "https://q/ours",
  },
};
const own = ownOf(readStackOutputs(outputs), "iot-to-all");

/** A double of AWS: a queue with messages, which records every other call. */
function doubles(messages: Message[]): { clients: Clients; calls: string[] } {
  const calls: string[] = [];
  const waiting = [...messages];
  const recorded = {
    send: async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      const { name } = command.constructor;
      if (name === "ReceiveMessageCommand") return { Messages: waiting.splice(0, 10) };
      if (name === "ChangeMessageVisibilityCommand") return {};
      calls.push(`${name} ${JSON.stringify(command.input)}`);
      return name === "PutEventsCommand" ? { Entries: [{}] } : {};
    },
  };
  const names = ["sqs", "iot", "s3", "kinesis", "tableStreams", "sns", "events", "workflows"];
  const clients = Object.fromEntries(names.map((name) => [name, recorded]));
  return { clients: clients as unknown as Clients & { sqs: SQSClient }, calls };
}

let next = 0;
const messageOf = (Body: string, more: Partial<Message> = {}): Message => ({
  MessageId: `m-${next++}`,
  ReceiptHandle: "r",
  Body,
  Attributes: { SentTimestamp: "1800000000000", ApproximateReceiveCount: "6" },
  ...more,
});

async function tried(...messages: Message[]): Promise<{ outcomes: Outcome[]; calls: string[] }> {
  const { clients, calls } = doubles(messages);
  return { outcomes: await redrive({ clients, own }), calls };
}

const payload = Buffer.from("{}");
const event = { source: "ours", "detail-type": "Device Reading", detail: { deviceId: "a" } };
const ofRule = (arn: string): Partial<Message> => ({
  MessageAttributes: { RULE_ARN: { DataType: "String", StringValue: arn } },
});
const execution = (stateMachineArn: string): string =>
  JSON.stringify({ stateMachineArn, executionArn: `${stateMachineArn}:1`, input: {} });
const statusChange = (stateMachineArn: string): string =>
  JSON.stringify({
    source: "aws.states",
    "detail-type": "Step Functions Execution Status Change",
    detail: { stateMachineArn, executionArn: "e", input: "{}" },
  });
const batch = (streamArn: string): string =>
  JSON.stringify({
    requestContext: { functionArn: "f" },
    KinesisBatchInfo: {
      ...{ streamArn, shardId: "s", startSequenceNumber: "1", endSequenceNumber: "1" },
      batchSize: 1,
    },
  });
const notification = (TopicArn: string): string =>
  JSON.stringify({ Type: "Notification", TopicArn, Message: "text" });
const failed = (named: string, ruleName = "our_rule"): string =>
  JSON.stringify({ ...(JSON.parse(bodies.errorAction(named, payload)) as object), ruleName });

/** What a principal that may send to the queue could try, and the part of the message that gives it away. */
const attacks: [name: string, message: Message, foreign: string][] = [
  ...[
    "$aws/things/pump-7/shadow/update",
    "$aws/rules/other/anything",
    "devices/pump-7/acks",
    "devices/pump-7/x/telemetry",
    "devices//telemetry",
    "devices/telemetry",
    "devices/+/telemetry",
    "devices/pump-7/x/logs",
    "devices/+/logs",
    "devices/pump-7/images",
    "other/pump-7/telemetry",
    "xdevices/pump-7/telemetry",
    "devices/pump-7/telemetry/x",
  ].map((one): [string, Message, string] => [
    `the topic ${one}`,
    messageOf(failed(one)),
    `the topic ${one.replace("$aws/rules/other/", "")}`,
  ]),
  [
    "a rule of another stack",
    messageOf(failed("devices/a/telemetry", "theirs")),
    "the rule theirs",
  ],
  [
    "a rule with levels of a topic in its name",
    messageOf(failed("devices/a/telemetry", "our_rule/devices")),
    "the rule our_rule/devices",
  ],
  ...[`arn:aws:sns:${account}:theirs`, "arn:aws:sns:eu-central-1:999999999999:ours"].map(
    (one): [string, Message, string] => [
      `the topic ${one}`,
      messageOf(notification(one)),
      `the topic ${one}`,
    ],
  ),
  ...[
    `arn:aws:states:${account}:stateMachine:theirs`,
    "arn:aws:states:us-east-1:123456789012:stateMachine:ours",
  ].flatMap((one): [string, Message, string][] => [
    [`a Catch of ${one}`, messageOf(execution(one)), `the state machine ${one}`],
    [`an end of ${one}`, messageOf(statusChange(one)), `the state machine ${one}`],
  ]),
  ...[`arn:aws:events:${account}:rule/theirs/r`, `arn:aws:events:${account}:rule/r`].map(
    (one): [string, Message, string] => [
      `an event of ${one}`,
      messageOf(JSON.stringify(event), ofRule(one)),
      one.includes("theirs") ? "the event bus theirs" : "the event bus default",
    ],
  ),
  [
    "an event of a bus of the same name elsewhere",
    messageOf(
      JSON.stringify(event),
      ofRule("arn:aws:events:eu-central-1:999999999999:rule/ours/r"),
    ),
    "the event bus arn:aws:events:eu-central-1:999999999999:rule/ours/r",
  ],
  [
    "a notification of another bucket",
    messageOf(bodies.s3Event({ bucket: "ours", key: "k" }, { bucket: "theirs", key: "k" })),
    "the bucket theirs",
  ],
  [
    "an event of another bucket",
    messageOf(bodies.objectCreated({ bucket: "theirs", key: "k" })),
    "the bucket theirs",
  ],
  ...[
    `arn:aws:kinesis:${account}:stream/theirs`,
    "arn:aws:kinesis:us-east-1:123456789012:stream/telemetry",
    "arn:aws:kinesis:eu-central-1:999999999999:stream/telemetry",
    `arn:aws:kinesis:${account}:stream/x/telemetry`,
    `arn:aws:sns:${account}:stream/telemetry`,
    "telemetry",
  ].map((one): [string, Message, string] => [
    `a batch of ${one}`,
    messageOf(batch(one)),
    `the stream ${one}`,
  ]),
];

describe("redrive of a message that names what is not of the stack", () => {
  for (const [name, message, foreign] of attacks)
    it(`calls no service, keeps the message and names ${name}`, async () => {
      const { outcomes, calls } = await tried(message);
      assert.deepEqual(calls, []);
      assert.equal(
        summary(outcomes),
        `0 redriven, 1 left: The message names ${foreign}, which is not of this part of the stack; it is not redriven. Find out who sent it, then delete it.`,
      );
    });

  it("shows it in a dry run and in the list, and calls no service", async () => {
    const all = attacks.map(([, message]) => message);
    const { clients, calls } = doubles(all);
    const outcomes = await redrive({ clients, own, dryRun: true });
    assert.ok(outcomes.every(({ result }) => result === "left"));
    const again = doubles(all);
    const shown = [];
    for await (const one of waitingIn(again.clients, own)) shown.push(one);
    assert.deepEqual(
      shown.map(({ messageId, reason, payload: body }) => [messageId, reason, body]),
      attacks.map(([, { MessageId, Body }, foreign]) => [
        MessageId,
        `The message names ${foreign}, which is not of this part of the stack; it is not redriven. Find out who sent it, then delete it.`,
        Body,
      ]),
    );
    assert.deepEqual([...calls, ...again.calls], []);
  });

  it("publishes at topics of telemetry and logs of the own rules only, whatever the envelope says", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "/",
        "..",
        "#",
        "$aws/rules/our_rule",
        "devices",
        "telemetry",
        "logs",
        "our_rule",
        "@1",
      ),
    );
    const level = fc.array(text, { maxLength: 4 }).map((parts) => parts.join(""));
    const path = fc.array(level, { maxLength: 5 }).map((parts) => parts.join("/"));
    const body = fc.oneof(
      fc.tuple(path, level).map(([one, rule]) => failed(one, rule)),
      path.map((one) => failed(`devices/${one}/telemetry`)),
      path.map((one) => failed(`devices/${one}/logs`)),
      fc
        .tuple(path, fc.integer())
        .map(([deviceId, receivedAt]) => bodies.envelope({ deviceId, receivedAt, payload })),
    );
    await fc.assert(
      fc.asyncProperty(body, async (one) => {
        const { calls } = await tried(messageOf(one));
        for (const call of calls.filter((made) => made.startsWith("PublishCommand"))) {
          const input = JSON.parse(call.slice("PublishCommand ".length)) as { topic: string };
          assert.match(
            input.topic,
            /^\$aws\/rules\/(our_rule|history_rule|telemetry_rule)\/devices\/[^/+#\0]+@[0-9]+\/(telemetry|logs)$/,
          );
        }
        assert.ok(calls.every((made) => /^(PublishCommand|DeleteMessageCommand) /.test(made)));
      }),
      { numRuns: 500 },
    );
  });
});

describe("redrive of a message of the stack", () => {
  it("sends to the own rule, topic, bus and state machine", async () => {
    const { outcomes, calls } = await tried(
      messageOf(failed("devices/a/telemetry", "history_rule")),
      messageOf(bodies.envelope({ deviceId: "a", receivedAt: 5, payload })),
      messageOf(notification(topic)),
      messageOf(JSON.stringify(event), ofRule(`arn:aws:events:${account}:rule/ours/r`)),
      messageOf(execution(machine)),
    );
    assert.equal(summary(outcomes), "5 redriven, 0 left");
    const sent = calls.filter((call) => !call.startsWith("DeleteMessage")).join("\n");
    for (const target of [
      '"$aws/rules/history_rule/devices/a@1800000000000/telemetry"',
      '"$aws/rules/our_rule/devices/a@5/telemetry"',
      `"TopicArn":"${topic}"`,
      '"EventBusName":"ours"',
      `"stateMachineArn":"${machine}"`,
    ])
      assert.ok(sent.includes(target), target);
  });

  it("clears a training run that was not started, and sends nothing", async () => {
    const message = bodies.unstarted(`arn:aws:sagemaker:${account}:pipeline/training`);
    const { outcomes, calls } = await tried({ ...message, ReceiptHandle: "r" });
    assert.deepEqual(outcomes, [
      {
        messageId: "m-1",
        result: "redriven",
        originals: 0,
        detail: "a training run that was not started; the next one trains",
      },
    ]);
    assert.deepEqual(
      calls.map((call) => call.split(" ")[0]),
      ["DeleteMessageCommand"],
    );
  });

  it("reads and deletes objects only as the owner of the account's buckets", async () => {
    const { clients, calls } = doubles([
      messageOf(bodies.objectCreated({ bucket: "ours", key: "k" })),
    ]);
    const answers = {
      Body: {
        transformToString: async () =>
          bodies.streamFailure({ deviceId: "a", receivedAt: 5, payload }),
      },
    };
    const { send } = clients.s3 as unknown as { send: (command: unknown) => Promise<object> };
    Object.assign(clients, {
      s3: { send: async (one: unknown) => ({ ...(await send(one)), ...answers }) },
    });
    assert.equal(summary(await redrive({ clients, own })), "1 redriven, 0 left");
    const objects = calls.filter((call) => /^(Get|Delete)Object/.test(call));
    assert.deepEqual(
      objects.map((call) => call.replace(/ .*"ExpectedBucketOwner":"(\d+)".*/, " $1")),
      ["GetObjectCommand 123456789012", "DeleteObjectCommand 123456789012"],
    );
  });

  describe("whose consumer analyses images", () => {
    const cameras = ownOf(
      readStackOutputs({
        ...outputs,
        "iot-to-all": {
          ...outputs["iot-to-all"],
          ...{ imagesBucket: "pictures", imagesPrefix: "images/", queueUrl: "https://q/images" },
        },
      }),
      "iot-to-all",
    );
    const eventOf = (bucket: string, key: string, more: object = {}) => ({
      source: "aws.s3",
      "detail-type": "Object Created",
      time: "2026-11-24T23:30:00.000Z",
      detail: { bucket: { name: bucket }, object: { key, size: 7, "version-id": "v1", ...more } },
    });
    const key = "images/cam-1/a+b 100%.png";

    it("announces the same version to it again, and nothing else that the message has", async () => {
      const body = JSON.stringify({
        ...eventOf("pictures", key, { etag: "of another sender" }),
        added: "by another sender",
      });
      const { clients, calls } = doubles([messageOf(body)]);
      const outcomes = await redrive({ clients, own: cameras });
      assert.equal(outcomes[0]?.detail, `image ${key} to its analyser`);
      assert.deepEqual(
        calls.map((call) => call.replace(/^DeleteMessageCommand .*/, "deleted")),
        [
          `SendMessageCommand ${JSON.stringify({ QueueUrl: "https://q/images", MessageBody: JSON.stringify(eventOf("pictures", key)) })}`,
          "deleted",
        ],
      );
    });

    it("announces no image of another bucket, and none outside of the folders of cameras", async () => {
      for (const [bucket, other] of [
        ["theirs", key],
        ["pictures", "other/cam-1/1.png"],
      ] as const) {
        const { clients, calls } = doubles([messageOf(JSON.stringify(eventOf(bucket, other)))]);
        const [outcome] = await redrive({ clients, own: cameras });
        assert.equal(outcome?.result, "left");
        assert.ok(!calls.some((call) => call.startsWith("SendMessage")), calls.join("\n"));
      }
    });
  });

  describe("whose consumer loads objects", () => {
    const loading = ownOf(
      readStackOutputs({
        ...outputs,
        "iot-to-all": {
          ...outputs["iot-to-all"],
          ...{ lakeBucket: "lake", dataPrefix: "readings/", queueUrl: "https://q/objects" },
        },
      }),
      "iot-to-all",
    );
    const data = { bucket: "lake", key: "readings/2026/11/24/rows.gz" };
    const announced = JSON.stringify({
      source: "aws.s3",
      "detail-type": "Object Created",
      detail: { bucket: { name: data.bucket }, object: { key: data.key } },
    });

    it("announces an object that was not loaded to its consumer again, and neither reads nor deletes it", async () => {
      const event = JSON.parse(bodies.objectCreated(data)) as object;
      for (const body of [
        JSON.stringify({ ...event, added: "by another sender" }),
        bodies.s3Event(data),
      ]) {
        const { clients, calls } = doubles([messageOf(body)]);
        const outcomes = await redrive({ clients, own: loading });
        assert.equal(summary(outcomes), "1 redriven, 0 left");
        assert.equal(outcomes[0]?.detail, `object ${data.key} to its loader`);
        assert.deepEqual(
          calls.map((call) => call.replace(/^DeleteMessageCommand .*/, "deleted")),
          [
            `SendMessageCommand ${JSON.stringify({ QueueUrl: "https://q/objects", MessageBody: announced })}`,
            "deleted",
          ],
        );
      }
    });

    it("announces nothing in a dry run", async () => {
      const { clients, calls } = doubles([messageOf(bodies.objectCreated(data))]);
      const [outcome] = await redrive({ clients, own: loading, dryRun: true });
      assert.equal(outcome?.result, "would be redriven");
      assert.deepEqual(calls, []);
    });

    it("announces no object of another bucket", async () => {
      const { clients, calls } = doubles([
        messageOf(bodies.objectCreated({ ...data, bucket: "theirs" })),
      ]);
      const [outcome] = await redrive({ clients, own: loading });
      assert.equal(outcome?.result, "left");
      assert.deepEqual(calls, []);
    });

    it("publishes the records of an object elsewhere in the bucket, and deletes it", async () => {
      const { clients, calls } = doubles([
        messageOf(bodies.objectCreated({ bucket: "lake", key: "errors/k" })),
      ]);
      const { send } = clients.s3 as unknown as { send: (command: unknown) => Promise<object> };
      const Body = {
        transformToString: async () =>
          bodies.streamFailure({ deviceId: "a", receivedAt: 5, payload }),
      };
      Object.assign(clients, {
        s3: { send: async (one: unknown) => ({ ...(await send(one)), Body }) },
      });
      assert.equal(summary(await redrive({ clients, own: loading })), "1 redriven, 0 left");
      assert.deepEqual(
        calls.map((call) => call.split(" ")[0]),
        ["GetObjectCommand", "PublishCommand", "DeleteMessageCommand", "DeleteObjectCommand"],
      );
    });
  });

  it("completes the messages that it has when it is interrupted, and receives no more", async () => {
    const messages = Array.from({ length: 25 }, () =>
      messageOf(bodies.envelope({ deviceId: "a", receivedAt: 5, payload })),
    );
    const { clients, calls } = doubles(messages);
    const stop = new AbortController();
    const outcomes = await redrive({
      ...{ clients, own, signal: stop.signal },
      report: () => stop.abort(),
    });
    assert.equal(summary(outcomes), "10 redriven, 0 left");
    const count = (name: string): number => calls.filter((call) => call.startsWith(name)).length;
    assert.deepEqual([count("PublishCommand"), count("DeleteMessageCommand")], [10, 10]);
  });

  it("refuses a stack without the part, or of another program", () => {
    assert.throws(() => ownOf(readStackOutputs(outputs), "iot-to-none"), {
      message: "The stack has no failures queue of iot-to-none; name one of telemetry, iot-to-all.",
    });
    const { alarms: _, ...without } = outputs;
    assert.throws(() => ownOf(readStackOutputs(without), "iot-to-all"), {
      message: "The program must export alarms, with topicArn, the ARN of the topic of its alarms.",
    });
  });
});

describe("the waiting messages of a failures queue", () => {
  it("have time, devices, reason and payload, by each envelope", async () => {
    const later = (body: string): Message => messageOf(body);
    const { clients } = doubles([
      later(failed("devices/a/telemetry")),
      later(bodies.envelope({ deviceId: "a", receivedAt: 5, payload })),
      later(bodies.asynchronousFailure({ deviceId: "a", receivedAt: 5, payload })),
      later(notification(topic)),
      messageOf(JSON.stringify(event), {
        MessageAttributes: {
          ...ofRule(`arn:aws:events:${account}:rule/ours/r`).MessageAttributes,
          ERROR_MESSAGE: { DataType: "String", StringValue: "denied" },
        },
      }),
      later(
        JSON.stringify({
          ...(JSON.parse(execution(machine)) as object),
          input: { deviceId: "b" },
          error: { Error: "E", Cause: "C" },
        }),
      ),
      later("hello"),
    ]);
    const shown: unknown[] = [];
    for await (const { messageId: _, ...one } of waitingIn(clients, own)) shown.push(one);
    const at = 1_800_000_000_000;
    const reason = "its consumer did not process it (received 6 times)";
    assert.deepEqual(shown, [
      { at, devices: ["a"], reason: "gone", payload: "{}" },
      { at: 5, devices: ["a"], reason, payload: "{}" },
      { at: 5, devices: ["a"], reason: "RetriesExhausted", payload: "{}" },
      { at, devices: [], reason, payload: "text" },
      { at, devices: ["a"], reason: "denied", payload: '{"deviceId":"a"}' },
      { at, devices: ["b"], reason: "C", payload: '{"deviceId":"b"}' },
      {
        at,
        devices: [],
        reason:
          "The message cannot be redriven: it is not a JSON object; process it manually, then delete it.",
        payload: "hello",
      },
    ]);
  });
});
