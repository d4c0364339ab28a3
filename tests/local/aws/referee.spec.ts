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
    ["SQS SendMessage: MessageBody is required, but missing."],
  ],
  [
    "an attribute that queues do not have",
    "SQS",
    "CreateQueue",
    { QueueName: "q", Attributes: { Retention: "60" } },
    [
      'SQS CreateQueue: the key of Attributes.Retention is "Retention", but must be one of All, Policy, VisibilityTimeout, MaximumMessageSize, MessageRetentionPeriod, ApproximateNumberOfMessages … (n in all).',
    ],
  ],
  [
    "an attribute as a number",
    "SQS",
    "CreateQueue",
    { QueueName: "q", Attributes: { DelaySeconds: 5 } },
    ["SQS CreateQueue: Attributes.DelaySeconds is 5, but must be a string."],
  ],
  [
    "a misspelt parameter",
    "SNS",
    "Publish",
    { Mesage: "x" },
    [
      "SNS Publish: Message is required, but missing.",
      "SNS Publish: Mesage is unknown; known here: TopicArn, TargetArn, PhoneNumber, Message, Subject, MessageStructure, MessageAttributes, MessageDeduplicationId … (n in all).",
    ],
  ],
  [
    "a phone number's letters",
    "SNS",
    "CheckIfPhoneNumberIsOptedOut",
    { phoneNumber: 49 },
    ["SNS CheckIfPhoneNumberIsOptedOut: phoneNumber is a sensitive value, but must be a string."],
  ],
  [
    "a table's name that is too short and has a slash",
    "DynamoDB",
    "CreateTable",
    {
      TableName: "a/",
      KeySchema: [{ AttributeName: "id", KeyType: "PRIMARY" }],
      AttributeDefinitions: [],
    },
    ['DynamoDB CreateTable: KeySchema[0].KeyType is "PRIMARY", but must be one of HASH, RANGE.'],
  ],
  [
    "a value of two types, one of none and a number as a number",
    "DynamoDB",
    "PutItem",
    { TableName: "state", Item: { a: { S: "x", N: "1" }, "b c": {}, d: { M: { e: { N: 1 } } } } },
    [
      "DynamoDB PutItem: Item.a is an object with S, N, but must have exactly one member.",
      'DynamoDB PutItem: Item["b c"] is an object with nothing, but must have exactly one member.',
      "DynamoDB PutItem: Item.d.M.e.N is 1, but must be a string.",
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
    [
      "DynamoDB BatchWriteItem: RequestItems.state is a list of 26, but must have 1 to 25 items, not 26.",
    ],
  ],
  [
    "an unknown event of a bucket",
    "S3",
    "PutBucketNotificationConfiguration",
    {
      Bucket: "failures",
      NotificationConfiguration: {
        QueueConfigurations: [{ QueueArn: queueArn, Events: ["s3:ObjectMade:*"] }],
      },
    },
    [
      'S3 PutBucketNotificationConfiguration: NotificationConfiguration.QueueConfigurations[0].Events[0] is "s3:ObjectMade:*", but must be one of s3:ReducedRedundancyLostObject, s3:ObjectCreated:*, s3:ObjectCreated:Put, s3:ObjectCreated:Post … (n in all).',
    ],
  ],
  [
    "an object as a body",
    "S3",
    "PutObject",
    { Bucket: "failures", Key: "a", Body: { a: 1 } },
    ["S3 PutObject: Body is an object with a, but must be bytes."],
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
      'Kinesis PutRecords: Records[0].PartitionKey is "", but must have 1 to 256 characters, not 0.',
      `Kinesis PutRecords: Records[1].PartitionKey is "${"k".repeat(58)}…, but must have 1 to 256 characters, not 257.`,
    ],
  ],
  [
    "a record above 10 MiB",
    "Kinesis",
    "PutRecord",
    { StreamName: "telemetry", PartitionKey: "d1", Data: new Uint8Array(10_485_761) },
    ["Kinesis PutRecord: Data is 10485761 bytes, but must have 0 to 10485760 bytes, not 10485761."],
  ],
  [
    "a function's name, runtime and timeout",
    "Lambda",
    "CreateFunction",
    { ...createFunction, FunctionName: "the worker", Runtime: "nodejs99.x", Timeout: 5_401 },
    ["", "", ""],
  ],
  [
    "a role that is a name and not an ARN",
    "Lambda",
    "CreateFunction",
    { ...createFunction, Role: "example" },
    [""],
  ],
  [
    "an environment variable's name, without the values",
    "Lambda",
    "CreateFunction",
    { ...createFunction, Environment: { Variables: { "9": "not shown" } } },
    [""],
  ],
  [
    "a batch size beyond the service's and half a second",
    "Lambda",
    "CreateEventSourceMapping",
    { ...mapping, BatchSize: 10_001, MaximumBatchingWindowInSeconds: 0.5 },
    ["", ""],
  ],
  [
    "a role's name with a space and one of 65 characters",
    "IAM",
    "CreateRole",
    { RoleName: "the worker", AssumeRolePolicyDocument: "{}" },
    [""],
  ],
  [
    "a path without slashes",
    "IAM",
    "CreateRole",
    { RoleName: "r".repeat(65), Path: "iot", AssumeRolePolicyDocument: "{}" },
    ["", ""],
  ],
  [
    "a hyphen in a rule's name",
    "IoT",
    "CreateTopicRule",
    createTopicRule({}, "telemetry-to-queue"),
    [""],
  ],
  [
    "an action without its role",
    "IoT",
    "CreateTopicRule",
    createTopicRule({ actions: [{ sqs: { queueUrl } }] }),
    [""],
  ],
  [
    "an action that IoT Core does not have",
    "IoT",
    "CreateTopicRule",
    createTopicRule({ errorAction: { eventBridge: { roleArn: role } } }),
    [""],
  ],
  [
    "eleven actions",
    "IoT",
    "CreateTopicRule",
    createTopicRule({
      actions: Array.from({ length: 11 }, () => ({ sqs: { roleArn: role, queueUrl } })),
    }),
    [""],
  ],
  [
    "a format of a notification",
    "IoT",
    "CreateTopicRule",
    createTopicRule({
      actions: [{ sns: { targetArn: role, roleArn: role, messageFormat: "TEXT" } }],
    }),
    [""],
  ],
  [
    "a quality of service that IoT Core does not have",
    "IoT Data Plane",
    "Publish",
    { topic: "a", qos: 2 },
    [""],
  ],
  [
    "a time that is none",
    "CloudWatch",
    "PutMetricData",
    {
      Namespace: "IoT",
      MetricData: [{ MetricName: "m", Timestamp: new Date("never"), Value: NaN }],
    },
    ["", ""],
  ],
  [
    "an operation that the service does not have",
    "SQS",
    "PeekMessage",
    {},
    ["SQS has no operation PeekMessage."],
  ],
  [
    "an input that is no object",
    "SQS",
    "CreateQueue",
    "telemetry",
    ['SQS CreateQueue: the input is "telemetry", but must be an object.'],
  ],
];

/** AWS adds values and parameters with time. */
const uncounted = (sentence: string): string => sentence.replace(/\(\d+ in all\)/, "(n in all)");

describe("The referee", () => {
  for (const [title, service, operation, input] of accepted) {
    it(`accepts ${title} (${service} ${operation})`, () => {
      assert.deepEqual(check(service, operation, input), []);
    });
  }

  for (const [title, service, operation, input, sentences] of refused) {
    it(`refuses ${title} (${service} ${operation})`, () => {
      assert.deepEqual(check(service, operation, input).map(uncounted), sentences);
    });
  }

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
