import * as assert from "node:assert/strict";
import { LambdaClient, PutFunctionEventInvokeConfigCommand } from "@aws-sdk/client-lambda";
import { PublishBatchCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SNSEvent } from "aws-lambda";
import { startInbox, type Inbox } from "../../../../local/doubles/inbox";
import {
  startSubscription,
  type Subscription,
  type SubscriptionArgs,
} from "../../../../local/services/sns/subscription";
import type { TraceEvent } from "../../../../local/trace";
import { createWorld, type LambdaFunction, stoppedAfterEach, type World } from "../world";

describe("SNS subscription", () => {
  let world: World;
  let inbox: Inbox;

  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());
  beforeEach(async () => {
    inbox = await startInbox();
  });
  const keep = stoppedAfterEach<Subscription>();
  afterEach(() => inbox.stop());

  const subscribe = async (
    inputs: SubscriptionArgs["inputs"],
    args: Partial<SubscriptionArgs> = {},
  ): Promise<Subscription> => {
    const { clients, trace } = world;
    return keep(
      await startSubscription({
        clients,
        trace,
        inputs,
        inbox,
        retryDelayMilliseconds: 1,
        ...args,
      }),
    );
  };
  const publish = async (TopicArn: string, Message: string, more: object = {}): Promise<string> => {
    const sns = world.clients.get(SNSClient);
    const { MessageId = "" } = await sns.send(new PublishCommand({ TopicArn, Message, ...more }));
    return MessageId;
  };
  /** A policy by which SNS may send to a queue for a topic, which no one may do in plain text. */
  const admits = (topicArn: string) => (queueArn: string) => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: queueArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: {
          ArnEquals: { "aws:SourceArn": topicArn },
        },
      },
    ],
  });
  const redriveTo = (queueArn: string): string => JSON.stringify({ deadLetterTargetArn: queueArn });
  const tracedOf = (topicArn: string, kind: TraceEvent["kind"]): TraceEvent[] =>
    world.traced.filter(
      (event) => event.kind === kind && "topicArn" in event && event.topicArn === topicArn,
    );
  const texts = {
    default: "hot",
    email: "The sensor is hot.\nAct ✓",
    sms: "HOT",
    https: '{"status":"critical"}',
  };

  for (const [protocol, endpoint] of [
    ["email", "ops@example.com"],
    ["sms", "+4915100000000"],
    ["https", "https://example.com/hook"],
  ] as const) {
    it(`delivers the text that was published for ${protocol}`, async () => {
      const topic = await world.topic();
      const subscription = await subscribe({ topic, protocol, endpoint });
      const messageId = await publish(topic, JSON.stringify(texts), {
        MessageStructure: "json",
        Subject: "Alert",
        MessageAttributes: { deviceId: { DataType: "String", StringValue: "sensor-1" } },
      });
      await subscription.idle();
      assert.deepEqual(inbox.received(), [
        {
          protocol,
          endpoint,
          messageId,
          topicArn: topic,
          subject: "Alert",
          text: texts[protocol],
          attributes: { deviceId: "sensor-1" },
        },
      ]);
      assert.deepEqual(tracedOf(topic, "notified"), [
        { kind: "notified", topicArn: topic, protocol, endpoint, messageId },
      ]);
    });
  }

  it("distinguishes the texts of a batch of publishes", async () => {
    const topic = await world.topic();
    const subscription = await subscribe({ topic, protocol: "sms", endpoint: "+1" });
    const sms = Array.from({ length: 60 }, (_, index) => `text ${index}`);
    for (let from = 0; from < sms.length; from += 10) {
      await world.clients.get(SNSClient).send(
        new PublishBatchCommand({
          TopicArn: topic,
          PublishBatchRequestEntries: sms.slice(from, from + 10).map((text, index) => ({
            Id: String(index),
            Message: JSON.stringify({ default: `default of ${text}`, sms: text }),
            MessageStructure: "json",
          })),
        }),
      );
    }
    await subscription.idle();
    const received = inbox.received().map(({ text }) => text);
    assert.deepEqual(received.sort(), sms.sort());
  });

  it("invokes a function with AWS's event", async () => {
    const topic = await world.topic();
    const fn = await world.lambda("");
    await world.admitTopic(fn.name, topic);
    const subscription = await subscribe({ topic, protocol: "lambda", endpoint: fn.arn });
    const messageId = await publish(topic, "raw", {
      MessageAttributes: { a: { DataType: "String", StringValue: "1" } },
    });
    await subscription.idle();
    const [event] = fn.events<SNSEvent>();
    const sns = event?.Records[0]?.Sns;
    assert.deepEqual(event, {
      Records: [
        {
          EventSource: "aws:sns",
          EventVersion: "1.0",
          EventSubscriptionArn: subscription.arn,
          Sns: {
            Type: "Notification",
            MessageId: messageId,
            TopicArn: topic,
            Subject: null,
            Message: "raw",
            Timestamp: sns?.Timestamp,
            SignatureVersion: "1",
            Signature: sns?.Signature,
            SigningCertUrl: sns?.SigningCertUrl,
            UnsubscribeUrl: `${world.clients.account.endpoint}/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
            MessageAttributes: { a: { Type: "String", Value: "1" } },
          },
        },
      ],
    });
  });

  const onFailure = async (fn: LambdaFunction, Destination: string, retries?: number) => {
    await world.clients.get(LambdaClient).send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: fn.name,
        MaximumRetryAttempts: retries,
        DestinationConfig: { OnFailure: { Destination } },
      }),
    );
  };

  it("sends a failed event, with its payload, to the on-failure destination", async () => {
    const topic = await world.topic();
    const queue = await world.queue();
    const fn = await world.lambda(`throw new Error("no words");`, [
      { Action: ["sqs:SendMessage"], Resource: queue.arn },
    ]);
    await world.admitTopic(fn.name, topic);
    await onFailure(fn, queue.arn, 1);
    const subscription = await subscribe({ topic, protocol: "lambda", endpoint: fn.arn });
    await publish(topic, "alert");
    await subscription.idle();
    assert.equal(fn.events().length, 2);
    const [body = ""] = await world.bodies(queue.url);
    const record = JSON.parse(body) as Record<string, Record<string, unknown>>;
    assert.deepEqual(record, {
      version: "1.0",
      timestamp: record["timestamp"],
      requestContext: {
        requestId: record["requestContext"]?.["requestId"],
        functionArn: `${fn.arn}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: 2,
      },
      requestPayload: fn.events()[0],
      responseContext: {
        statusCode: 200,
        executedVersion: "$LATEST",
        functionError: "Unhandled",
      },
      responsePayload: record["responsePayload"],
    });
    assert.equal(record["responsePayload"]?.["errorMessage"], "no words");
    assert.deepEqual(tracedOf(topic, "notification-set-aside"), []);
  });

  it("keeps an event until the function's role may write to its destination", async () => {
    const topic = await world.topic();
    const queue = await world.queue();
    const fn = await world.lambda(`throw new Error("no words");`);
    await world.admitTopic(fn.name, topic);
    await onFailure(fn, queue.arn, 0);
    const warned = world.trace.until("a refusal", ({ kind }) => kind === "warning");
    const subscription = await subscribe({ topic, protocol: "lambda", endpoint: fn.arn });
    await publish(topic, "alert");
    const warning = await warned;
    assert.match(
      warning.kind === "warning" ? warning.message : "",
      /kept and tried again: AccessDenied/,
    );
    assert.deepEqual(await world.bodies(queue.url), []);
    await world.allow(fn.roleName, [{ Action: ["sqs:SendMessage"], Resource: queue.arn }]);
    await subscription.idle();
    assert.equal((await world.bodies(queue.url)).length, 1);
  });

  it("sends a notification to the dead-letter queue if the function does not permit SNS", async () => {
    const topic = await world.topic();
    const queue = await world.queue(admits(topic));
    const fn = await world.lambda("");
    await world.admitTopic(fn.name, `${topic}-other`);
    const subscription = await subscribe({
      topic,
      protocol: "lambda",
      endpoint: fn.arn,
      redrivePolicy: redriveTo(queue.arn),
    });
    await publish(topic, "alert");
    await subscription.idle();
    assert.deepEqual(fn.events(), []);
    assert.deepEqual(tracedOf(topic, "notification-set-aside"), [
      {
        kind: "notification-set-aside",
        topicArn: topic,
        endpoint: fn.arn,
        reason: `${fn.arn} is gone or does not admit SNS for ${topic}.`,
      },
    ]);
    assert.equal((await world.bodies(queue.url)).length, 1);
  });

  it("retries a webhook and then sends the notification to the dead-letter queue with the webhook's text", async () => {
    const topic = await world.topic();
    const queue = await world.queue(admits(topic));
    const endpoint = "https://example.com/hook";
    inbox.refuse(endpoint);
    const subscription = await subscribe({
      topic,
      protocol: "https",
      endpoint,
      redrivePolicy: redriveTo(queue.arn),
    });
    const messageId = await publish(topic, JSON.stringify(texts), {
      MessageStructure: "json",
      MessageAttributes: { deviceId: { DataType: "String", StringValue: "sensor-1" } },
    });
    await subscription.idle();
    const [body = ""] = await world.bodies(queue.url);
    const letter = JSON.parse(body) as Record<string, unknown>;
    assert.deepEqual(
      [letter["Type"], letter["MessageId"], letter["TopicArn"], letter["Message"]],
      ["Notification", messageId, topic, texts.https],
    );
    assert.deepEqual(letter["MessageAttributes"], {
      deviceId: { Type: "String", Value: "sensor-1" },
    });
    assert.deepEqual(tracedOf(topic, "notified"), []);
    assert.deepEqual(inbox.received(), []);
  });

  it("delivers to a webhook that recovers between two attempts", async () => {
    const topic = await world.topic();
    const endpoint = "https://example.com/hook";
    inbox.refuse(endpoint);
    const subscription = await subscribe(
      { topic, protocol: "https", endpoint },
      { attempts: 1_000, retryDelayMilliseconds: 20 },
    );
    const messageId = await publish(topic, "alert");
    inbox.accept(endpoint);
    await subscription.idle();
    assert.deepEqual(
      inbox.received().map((delivery) => delivery.messageId),
      [messageId],
    );
  });

  it("keeps a notification that the dead-letter queue rejects, until its policy permits SNS", async () => {
    const topic = await world.topic();
    const queue = await world.queue(admits(`${topic}-other`));
    const endpoint = "ops@example.com";
    inbox.refuse(endpoint);
    const warned = world.trace.until("a refusal", ({ kind }) => kind === "warning");
    const subscription = await subscribe({
      topic,
      protocol: "email",
      endpoint,
      redrivePolicy: redriveTo(queue.arn),
    });
    await publish(topic, "alert");
    assert.deepEqual(await warned, {
      kind: "warning",
      part: "subscription",
      message: `A notification for ${endpoint} is kept and tried again: AccessDenied: The policy of ${queue.arn} does not let sns.amazonaws.com send for ${topic}; allow it.`,
    });
    await world.clients.get(SQSClient).send(
      new SetQueueAttributesCommand({
        QueueUrl: queue.url,
        Attributes: { Policy: JSON.stringify(admits(topic)(queue.arn)) },
      }),
    );
    await subscription.idle();
    assert.equal((await world.bodies(queue.url)).length, 1);
  });

  it("sends to a subscribed queue whose policy permits it", async () => {
    const topic = await world.topic();
    const queue = await world.queue(admits(topic));
    const subscription = await subscribe({ topic, protocol: "sqs", endpoint: queue.arn });
    await publish(topic, "alert");
    await subscription.idle();
    const [body = ""] = await world.bodies(queue.url);
    assert.equal((JSON.parse(body) as { Message: string }).Message, "alert");
  });

  it("reports discarded notifications without a receiver and without a redrive policy", async () => {
    const topic = await world.topic();
    const endpoint = "ops@example.com";
    inbox.refuse(endpoint);
    const warned = world.trace.until("a warning", ({ kind }) => kind === "warning");
    await subscribe({ topic, protocol: "email", endpoint });
    const messageId = await publish(topic, "alert");
    assert.deepEqual(await warned, {
      kind: "warning",
      part: "subscription",
      message: `${messageId} was discarded, for the subscription of ${endpoint} has no redrive policy: ${endpoint} answered 503: ${endpoint} refuses for now.`,
    });
  });

  for (const [what, inputs, sentence] of [
    [
      "a filter policy",
      { filterPolicy: '{"a":["b"]}' },
      "sets 'filterPolicy', which the local run lacks; leave it out.",
    ],
    [
      "raw delivery",
      { rawMessageDelivery: true },
      "sets 'rawMessageDelivery', which the local run lacks; leave it out.",
    ],
    [
      "another protocol",
      { protocol: "firehose" },
      "has protocol 'firehose'; the local run knows lambda, email, sms, https, sqs.",
    ],
  ] as const) {
    it(`refuses ${what} instead of ignoring it`, async () => {
      const inputs_ = { topic: "t", protocol: "email", endpoint: "e", ...inputs };
      await assert.rejects(subscribe(inputs_), {
        message: `The subscription of e to t ${sentence}`,
      });
    });
  }
});
