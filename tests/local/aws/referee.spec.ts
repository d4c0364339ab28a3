import { PutItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { type Clients, createClients } from "../../../local/aws/clients";
import { createCheck, createReferee } from "../../../local/aws/referee";
import { botocoreData } from "./botocore";

const check = createCheck({ botocoreData });

type Request = [title: string, service: string, operation: string, input: unknown];
type Refusal = [...Request, sentences: string[]];

const role = "arn:aws:iam::123456789012:role/example";
const queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/telemetry";
const queueArn = "arn:aws:sqs:eu-central-1:123456789012:telemetry";
const streamArn = "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry";
const createFunction = {
  FunctionName: "worker",
  Role: role,
  Runtime: "nodejs24.x",
  Handler: "__index.handler",
  Code: { ZipFile: new Uint8Array([80, 75]) },
  Timeout: 30,
  Environment: { Variables: { TABLE: "state" } },
};
const mapping = { FunctionName: "worker", EventSourceArn: queueArn };
const createTopicRule = (payload: object, ruleName = "telemetry_to_queue"): unknown => ({
  ruleName,
  topicRulePayload: {
    sql: "SELECT * FROM 'devices/+/telemetry'",
    awsIotSqlVersion: "2016-03-23",
    actions: [{ sqs: { roleArn: role, queueUrl, useBase64: false } }],
    ...payload,
  },
});

const accepted: Request[] = [
  [
    "a queue with attributes as texts",
    "SQS",
    "CreateQueue",
    {
      QueueName: "telemetry",
      Attributes: { VisibilityTimeout: "180", SqsManagedSseEnabled: "true" },
      tags: { stack: "dev" },
    },
  ],
  [
    "a table name and an ARN where the model takes both",
    "DynamoDB",
    "PutItem",
    {
      TableName: "state",
      Item: {
        deviceId: { S: "d1" },
        at: { N: "1" },
        raw: { B: new Uint8Array(3) },
        tags: { L: [{ BOOL: true }, { NULL: true }] },
      },
    },
  ],
  [
    "an absent parameter given as undefined",
    "DynamoDB",
    "GetItem",
    { TableName: "state", Key: { id: { S: "1" } }, ConsistentRead: undefined },
  ],
  [
    "a bucket with a location",
    "S3",
    "CreateBucket",
    {
      Bucket: "failures-123456789012",
      CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
    },
  ],
  [
    "a stream as a body",
    "S3",
    "PutObject",
    { Bucket: "failures", Key: "a/b", Body: new PassThrough() },
  ],
  [
    "a record of bytes",
    "Kinesis",
    "PutRecord",
    { StreamName: "telemetry", PartitionKey: "d1", Data: new Uint8Array(1_048_576) },
  ],
  ["a function", "Lambda", "CreateFunction", createFunction],
  [
    "a stream mapping",
    "Lambda",
    "CreateEventSourceMapping",
    {
      FunctionName: "worker",
      EventSourceArn: streamArn,
      StartingPosition: "LATEST",
      BatchSize: 100,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      DestinationConfig: { OnFailure: { Destination: queueArn } },
    },
  ],
  [
    "a role with a path and tags beyond ASCII",
    "IAM",
    "CreateRole",
    {
      RoleName: "worker+a=b,c.d@e-f_g",
      Path: "/iot/",
      AssumeRolePolicyDocument: "{}",
      Tags: [{ Key: "Straße", Value: "ü" }],
    },
  ],
  [
    "a topic rule",
    "IoT",
    "CreateTopicRule",
    createTopicRule({ errorAction: { sqs: { roleArn: role, queueUrl } } }),
  ],
  [
    "a JSON header, which the client encodes",
    "IoT Data Plane",
    "Publish",
    { topic: "devices/d1/acks", qos: 1, payload: "{}", userProperties: { any: "thing" } },
  ],
  ["an operation without input", "SQS", "ListQueues", {}],
];

const refused: Refusal[] = [
  [
    "a missing parameter",
    "SQS",
    "SendMessage",
    { QueueUrl: queueUrl },
    ["MessageBody is required, but missing."],
  ],
  [
    "an attribute that queues do not have",
    "SQS",
    "CreateQueue",
    { QueueName: "q", Attributes: { Retention: "60" } },
    [
      'the key of Attributes.Retention is "Retention", but must be one of All, Policy, VisibilityTimeout, MaximumMessageSize, MessageRetentionPeriod, ApproximateNumberOfMessages … (n in all).',
    ],
  ],
  [
    "an attribute as a number",
    "SQS",
    "CreateQueue",
    { QueueName: "q", Attributes: { DelaySeconds: 5 } },
    ["Attributes.DelaySeconds is 5, but must be a string."],
  ],
  [
    "an input that is no object",
    "SQS",
    "CreateQueue",
    "telemetry",
    ['the input is "telemetry", but must be an object.'],
  ],
  [
    "a misspelt parameter",
    "SNS",
    "DeleteTopic",
    { TopicARN: "x" },
    ["TopicArn is required, but missing.", "TopicARN is unknown; known here: TopicArn."],
  ],
  [
    "what the model calls sensitive, without showing it",
    "SNS",
    "CheckIfPhoneNumberIsOptedOut",
    { phoneNumber: 49 },
    ["phoneNumber is a sensitive value, but must be a string."],
  ],
  [
    "a kind of key that tables do not have",
    "DynamoDB",
    "CreateTable",
    {
      TableName: "state",
      KeySchema: [{ AttributeName: "id", KeyType: "PRIMARY" }],
      AttributeDefinitions: [],
    },
    ['KeySchema[0].KeyType is "PRIMARY", but must be one of HASH, RANGE.'],
  ],
  [
    "a value of two types, one of none, and a number that is no text",
    "DynamoDB",
    "PutItem",
    { TableName: "state", Item: { a: { S: "x", N: "1" }, "b c": {}, d: { M: { e: { N: 1 } } } } },
    [
      "Item.a is an object with S, N, but must have exactly one member.",
      'Item["b c"] is an object with nothing, but must have exactly one member.',
      "Item.d.M.e.N is 1, but must be a string.",
    ],
  ],
  [
    "more than 25 writes",
    "DynamoDB",
    "BatchWriteItem",
    {
      RequestItems: {
        state: Array.from({ length: 26 }, () => ({ DeleteRequest: { Key: { id: { S: "x" } } } })),
      },
    },
    ["RequestItems.state is a list of 26, but must have 1 to 25 items, not 26."],
  ],
  [
    "a notification without events",
    "S3",
    "PutBucketNotificationConfiguration",
    {
      Bucket: "failures",
      NotificationConfiguration: { QueueConfigurations: [{ QueueArn: queueArn }] },
    },
    ["NotificationConfiguration.QueueConfigurations[0].Events is required, but missing."],
  ],
  [
    "an event that buckets do not have",
    "S3",
    "PutBucketNotificationConfiguration",
    {
      Bucket: "failures",
      NotificationConfiguration: {
        QueueConfigurations: [{ QueueArn: queueArn, Events: ["s3:ObjectMade:*"] }],
      },
    },
    [
      'NotificationConfiguration.QueueConfigurations[0].Events[0] is "s3:ObjectMade:*", but must be one of s3:ReducedRedundancyLostObject, s3:ObjectCreated:*, s3:ObjectCreated:Put, s3:ObjectCreated:Post, s3:ObjectCreated:Copy … (n in all).',
    ],
  ],
  [
    "an object as a body",
    "S3",
    "PutObject",
    { Bucket: "failures", Key: "a", Body: { a: 1 } },
    ["Body is an object with a, but must be bytes."],
  ],
  [
    "a partition key without a character, and one with too many",
    "Kinesis",
    "PutRecords",
    {
      StreamName: "telemetry",
      Records: [
        { PartitionKey: "", Data: new Uint8Array(1) },
        { PartitionKey: "k".repeat(257), Data: "x" },
      ],
    },
    [
      'Records[0].PartitionKey is "", but must have 1 to 256 characters, not 0.',
      `Records[1].PartitionKey is "${"k".repeat(58)}…, but must have 1 to 256 characters, not 257.`,
    ],
  ],
  [
    "a record above 10 MiB",
    "Kinesis",
    "PutRecord",
    { StreamName: "telemetry", PartitionKey: "d1", Data: new Uint8Array(10_485_761) },
    ["Data is 10485761 bytes, but must have at most 10485760 bytes, not 10485761."],
  ],
  [
    "a function's name, its runtime and its memory",
    "Lambda",
    "CreateFunction",
    { ...createFunction, FunctionName: "the worker", Runtime: "nodejs99.x", MemorySize: 64 },
    [
      String.raw`FunctionName is "the worker", but must match /(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?/.`,
      'Runtime is "nodejs99.x", but must be one of nodejs, nodejs4.3, nodejs6.10, nodejs8.10, nodejs10.x, nodejs12.x, nodejs14.x, nodejs16.x, nodejs18.x, nodejs20.x … (n in all).',
      "MemorySize is 64, but must be 128 to 32768.",
    ],
  ],
  [
    "a role that is a name and not an ARN",
    "Lambda",
    "CreateFunction",
    { ...createFunction, Role: "example" },
    [
      String.raw`Role is "example", but must match /arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+/.`,
    ],
  ],
  [
    "an environment variable's name, without showing its value",
    "Lambda",
    "CreateFunction",
    { ...createFunction, Environment: { Variables: { "9": "not shown" } } },
    [
      "the key of Environment.Variables.9 is a sensitive value, but must match /[a-zA-Z]([a-zA-Z0-9_])+/.",
    ],
  ],
  [
    "a batch beyond the largest, and half a second to gather it",
    "Lambda",
    "CreateEventSourceMapping",
    { ...mapping, BatchSize: 10_001, MaximumBatchingWindowInSeconds: 0.5 },
    [
      "BatchSize is 10001, but must be 1 to 10000.",
      "MaximumBatchingWindowInSeconds is 0.5, but must be a whole number.",
    ],
  ],
  [
    "a role's name with a space",
    "IAM",
    "CreateRole",
    { RoleName: "the worker", AssumeRolePolicyDocument: "{}" },
    [String.raw`RoleName is "the worker", but must match /[\w+=,.@-]+/.`],
  ],
  [
    "a role's name of 65 characters and a path without slashes",
    "IAM",
    "CreateRole",
    { RoleName: "r".repeat(65), Path: "iot", AssumeRolePolicyDocument: "{}" },
    [
      `RoleName is "${"r".repeat(58)}…, but must have 1 to 64 characters, not 65.`,
      String.raw`Path is "iot", but must match /(\u002F)|(\u002F[\u0021-\u007E]+\u002F)/.`,
    ],
  ],
  [
    "a hyphen in a rule's name",
    "IoT",
    "CreateTopicRule",
    createTopicRule({}, "telemetry-to-queue"),
    ['ruleName is "telemetry-to-queue", but must match /^[a-zA-Z0-9_]+$/.'],
  ],
  [
    "an action without its role",
    "IoT",
    "CreateTopicRule",
    createTopicRule({ actions: [{ sqs: { queueUrl } }] }),
    ["topicRulePayload.actions[0].sqs.roleArn is required, but missing."],
  ],
  [
    "an action that IoT Core does not have",
    "IoT",
    "CreateTopicRule",
    createTopicRule({ errorAction: { eventBridge: { roleArn: role } } }),
    [
      "topicRulePayload.errorAction.eventBridge is unknown; known here: dynamoDB, dynamoDBv2, lambda, sns, sqs, kinesis, republish, s3, firehose, cloudwatchMetric, cloudwatchAlarm … (n in all).",
    ],
  ],
  [
    "eleven actions",
    "IoT",
    "CreateTopicRule",
    createTopicRule({
      actions: Array.from({ length: 11 }, () => ({ sqs: { roleArn: role, queueUrl } })),
    }),
    ["topicRulePayload.actions is a list of 11, but must have at most 10 items, not 11."],
  ],
  [
    "a message format that SNS actions do not have",
    "IoT",
    "CreateTopicRule",
    createTopicRule({
      actions: [{ sns: { targetArn: role, roleArn: role, messageFormat: "TEXT" } }],
    }),
    ['topicRulePayload.actions[0].sns.messageFormat is "TEXT", but must be one of RAW, JSON.'],
  ],
  [
    "a quality of service that IoT Core does not have",
    "IoT Data Plane",
    "Publish",
    { topic: "a", qos: 2 },
    ["qos is 2, but must be 0 to 1."],
  ],
  [
    "a time and a number that are none",
    "CloudWatch",
    "PutMetricData",
    {
      Namespace: "IoT",
      MetricData: [{ MetricName: "m", Timestamp: new Date("never"), Value: NaN }],
    },
    [
      "MetricData[0].Timestamp is Invalid Date, but must be a time.",
      "MetricData[0].Value is NaN, but must be a number.",
    ],
  ],
];

/** AWS adds values and parameters over time. */
const uncounted = (sentence: string): string => sentence.replace(/\(\d+ in all\)/, "(n in all)");

describe("The referee", () => {
  for (const [title, service, operation, input] of accepted) {
    it(`accepts ${title} (${service} ${operation})`, () => {
      assert.deepEqual(check(service, operation, input), []);
    });
  }

  for (const [title, service, operation, input, sentences] of refused) {
    it(`refuses ${title} (${service} ${operation})`, () => {
      const expected = sentences.map((sentence) => `${service} ${operation}: ${sentence}`);
      assert.deepEqual(check(service, operation, input).map(uncounted), expected);
    });
  }

  it("refuses an operation that the service does not have", () => {
    assert.deepEqual(check("SQS", "PeekMessage", {}), ["SQS has no operation PeekMessage."]);
  });

  describe("in front of a client", () => {
    let server: http.Server;
    let clients: Clients;
    let received: string[];

    before(async () => {
      server = http.createServer((request, response) => {
        received.push(String(request.headers["x-amz-target"]));
        request.resume().on("end", () => response.end("{}"));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const root = { accessKeyId: "example", secretAccessKey: "example" };
      const account = { endpoint, region: "eu-central-1", accountId: "123456789012", root };
      clients = createClients(account, [createReferee({ botocoreData })]);
    });

    beforeEach(() => {
      received = [];
    });

    after(async () => {
      clients.destroy();
      await new Promise((resolve) => server.close(resolve));
    });

    it("lets a request pass that AWS would accept", async () => {
      await clients.get(SQSClient).send(new ListQueuesCommand({}));
      assert.deepEqual(received, ["AmazonSQS.ListQueues"]);
    });

    it("refuses what the model refuses before it leaves, as the service would", async () => {
      const command = new PutItemCommand({
        TableName: "state",
        Item: { id: { S: "", N: "1" } as never },
      });
      await assert.rejects(clients.get(DynamoDBClient).send(command), {
        name: "ValidationException",
        message:
          "DynamoDB PutItem: Item.id is an object with S, N, but must have exactly one member.",
        $fault: "client",
        $metadata: { httpStatusCode: 400 },
      });
      assert.deepEqual(received, []);
    });

    it("refuses what only the documentation refuses, and says all of it", async () => {
      const command = new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: "",
        DelaySeconds: 901,
      });
      await assert.rejects(clients.get(SQSClient).send(command), {
        message:
          'SQS SendMessage: MessageBody is "", but must have at least 1 character. SQS SendMessage: DelaySeconds is 901, but must be a whole number from 0 to 900.',
      });
      assert.deepEqual(received, []);
    });
  });
});
