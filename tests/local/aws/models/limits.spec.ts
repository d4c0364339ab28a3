import * as assert from "node:assert/strict";
import { checkLimits } from "../../../../local/aws/models/limits";

type Case = [
  title: string,
  service: string,
  operation: string,
  input: Record<string, unknown>,
  ...sentences: string[],
];

const streamArn = "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry";
const queueArn = "arn:aws:sqs:eu-central-1:123456789012:telemetry";
const text = { DataType: "String", StringValue: "d1" };
/** A document with white space, which does not count, and this many characters that do. */
const documentOf = (size: number): string => `"${" ".repeat(500)}${"x".repeat(size - 2)}"`;
const batchOf = (size: number, body: string): object[] =>
  Array.from({ length: size }, (_, index) => ({ Id: String(index), MessageBody: body }));
const managed = { LambdaManagedInstancesCapacityProviderConfig: {} };

const kept: Case[] = [
  [
    "a FIFO queue's name of 80 characters",
    "SQS",
    "CreateQueue",
    { QueueName: `${"q".repeat(75)}.fifo` },
  ],
  [
    "the longest retention",
    "SQS",
    "SetQueueAttributes",
    { Attributes: { MessageRetentionPeriod: "1209600" } },
  ],
  ["a message of 1 MiB", "SQS", "SendMessage", { MessageBody: "x".repeat(1_048_576) }],
  ["a message with characters of every plane", "SQS", "SendMessage", { MessageBody: "\t\r\nä€𝄞" }],
  ["a batch of ten", "SQS", "SendMessageBatch", { Entries: batchOf(10, "x") }],
  ["the longest poll", "SQS", "ReceiveMessage", { WaitTimeSeconds: 20, MaxNumberOfMessages: 10 }],
  ["a topic's name of 256 characters", "SNS", "CreateTopic", { Name: "t".repeat(256) }],
  ["a subject of 99 characters", "SNS", "Publish", { Subject: "ä".repeat(99), Message: "hot" }],
  [
    "a text per protocol",
    "SNS",
    "Publish",
    { Message: '{"default":"hot"}', MessageStructure: "json" },
  ],
  [
    "10,240 characters of permissions",
    "IAM",
    "PutRolePolicy",
    { PolicyDocument: documentOf(10_240) },
  ],
  [
    "an environment of 4 KB",
    "Lambda",
    "CreateFunction",
    { Environment: { Variables: { TEXT: "x".repeat(4_092) } } },
  ],
  [
    "the long run of a managed instance",
    "Lambda",
    "CreateFunction",
    { Timeout: 5_400, MemorySize: 32_768, CapacityProviderConfig: managed },
  ],
  [
    "a stream with its starting position",
    "Lambda",
    "CreateEventSourceMapping",
    { EventSourceArn: streamArn, StartingPosition: "LATEST", BatchSize: 100 },
  ],
  [
    "a large batch of a queue with time to gather it",
    "Lambda",
    "CreateEventSourceMapping",
    { EventSourceArn: queueArn, BatchSize: 100, MaximumBatchingWindowInSeconds: 1 },
  ],
  ["a bucket's name with dots", "S3", "CreateBucket", { Bucket: "iot.failures-123456789012" }],
  [
    "a message of 128 KiB",
    "IoT Data Plane",
    "Publish",
    { topic: "a", payload: new Uint8Array(131_072) },
  ],
  [
    "Basic Ingest, whose first three levels do not count",
    "IoT Data Plane",
    "Publish",
    { topic: "$aws/rules/telemetry_rule/1/2/3/4/5/6/7/8" },
  ],
  ["whatever has no such limit", "KMS", "ListKeys", {}],
];

const broken: Case[] = [
  [
    "a queue's name with a dot",
    "SQS",
    "CreateQueue",
    { QueueName: "tele.metry" },
    'QueueName is "tele.metry", but must be 1 to 80 of A-Z, a-z, 0-9, _ and -, a final .fifo included',
  ],
  [
    "a FIFO queue's name of 81 characters",
    "SQS",
    "CreateQueue",
    { QueueName: `${"q".repeat(76)}.fifo` },
    `QueueName is "${"q".repeat(58)}…, but must be 1 to 80 of A-Z, a-z, 0-9, _ and -, a final .fifo included`,
  ],
  [
    "attributes out of their ranges",
    "SQS",
    "CreateQueue",
    {
      QueueName: "q",
      Attributes: {
        DelaySeconds: "901",
        MaximumMessageSize: "1023",
        MessageRetentionPeriod: "59",
        ReceiveMessageWaitTimeSeconds: "21",
        VisibilityTimeout: "-1",
      },
    },
    'Attributes.DelaySeconds is "901", but must be a whole number from 0 to 900',
    'Attributes.MaximumMessageSize is "1023", but must be a whole number from 1024 to 1048576',
    'Attributes.MessageRetentionPeriod is "59", but must be a whole number from 60 to 1209600',
    'Attributes.ReceiveMessageWaitTimeSeconds is "21", but must be a whole number from 0 to 20',
    'Attributes.VisibilityTimeout is "-1", but must be a whole number from 0 to 43200',
  ],
  [
    "an attribute that is empty",
    "SQS",
    "SetQueueAttributes",
    { Attributes: { VisibilityTimeout: "" } },
    'Attributes.VisibilityTimeout is "", but must be a whole number from 0 to 43200',
  ],
  [
    "an empty message and too long a delay",
    "SQS",
    "SendMessage",
    { MessageBody: "", DelaySeconds: 901 },
    'MessageBody is "", but must have at least 1 character',
    "DelaySeconds is 901, but must be a whole number from 0 to 900",
  ],
  [
    "a message that its attributes make larger than 1 MiB",
    "SQS",
    "SendMessage",
    { MessageBody: "x".repeat(1_048_576), MessageAttributes: { id: text } },
    `MessageBody is "${"x".repeat(58)}…, but must have at most 1048576 bytes with its attributes, not 1048586`,
  ],
  [
    "a control character",
    "SQS",
    "SendMessage",
    { MessageBody: "a\u0000b" },
    String.raw`MessageBody is "a\u0000b", but must have no control character but tab, LF and CR`,
  ],
  [
    "a batch of eleven",
    "SQS",
    "SendMessageBatch",
    { Entries: batchOf(11, "x") },
    "Entries is a list of 11, but must have 1 to 10 entries",
  ],
  [
    "a batch of none",
    "SQS",
    "DeleteMessageBatch",
    { Entries: [] },
    "Entries is a list of 0, but must have 1 to 10 entries",
  ],
  [
    "an id twice",
    "SQS",
    "DeleteMessageBatch",
    { Entries: [{ Id: "1" }, { Id: "1" }] },
    "Entries is a list of 2, but must have a distinct Id in each entry",
  ],
  [
    "a batch larger than 1 MiB",
    "SQS",
    "SendMessageBatch",
    { Entries: batchOf(8, "x".repeat(131_073)) },
    "Entries is a list of 8, but must have at most 1048576 bytes with their attributes, not 1048584",
  ],
  [
    "too many messages and too long a poll",
    "SQS",
    "ReceiveMessage",
    { MaxNumberOfMessages: 11, WaitTimeSeconds: 21, VisibilityTimeout: 43_201 },
    "MaxNumberOfMessages is 11, but must be a whole number from 1 to 10",
    "WaitTimeSeconds is 21, but must be a whole number from 0 to 20",
    "VisibilityTimeout is 43201, but must be a whole number from 0 to 43200",
  ],
  [
    "more than twelve hours of invisibility",
    "SQS",
    "ChangeMessageVisibility",
    { VisibilityTimeout: 43_201 },
    "VisibilityTimeout is 43201, but must be a whole number from 0 to 43200",
  ],
  [
    "a topic's name with a space",
    "SNS",
    "CreateTopic",
    { Name: "the alerts" },
    'Name is "the alerts", but must be 1 to 256 of A-Z, a-z, 0-9, _ and -, a final .fifo included',
  ],
  [
    "a subject of two lines",
    "SNS",
    "Publish",
    { Subject: "a\nb", Message: "hot" },
    String.raw`Subject is "a\nb", but must have 1 to 99 characters, none of them a line break or control character`,
  ],
  [
    "a text per protocol without the default",
    "SNS",
    "Publish",
    { Message: '{"email":"hot"}', MessageStructure: "json" },
    String.raw`Message is "{\"email\":\"hot\"}", but must be a JSON object with the text default, since MessageStructure is json`,
  ],
  [
    "a notification that its attributes make larger than 256 KiB",
    "SNS",
    "Publish",
    {
      Message: "x".repeat(262_144),
      MessageAttributes: { raw: { DataType: "Binary", BinaryValue: new Uint8Array(1) } },
    },
    `Message is "${"x".repeat(58)}…, but must have at most 262144 bytes with its attributes, not 262154`,
  ],
  [
    "a trust policy of 2,049 characters",
    "IAM",
    "CreateRole",
    { AssumeRolePolicyDocument: documentOf(2_049) },
    `AssumeRolePolicyDocument is ${JSON.stringify(documentOf(2_049)).slice(0, 59)}…, but must have at most 2048 characters without white space, not 2049`,
  ],
  [
    "a trust policy that is no JSON",
    "IAM",
    "UpdateAssumeRolePolicy",
    { PolicyDocument: "{" },
    'PolicyDocument is "{", but must be JSON',
  ],
  [
    "10,241 characters of permissions",
    "IAM",
    "PutRolePolicy",
    { PolicyDocument: documentOf(10_241) },
    `PolicyDocument is ${JSON.stringify(documentOf(10_241)).slice(0, 59)}…, but must have at most 10240 characters without white space, not 10241`,
  ],
  [
    "an environment of more than 4 KB",
    "Lambda",
    "UpdateFunctionConfiguration",
    { Environment: { Variables: { TEXT: "x".repeat(4_093) } } },
    "Environment.Variables is an object with TEXT, but must have at most 4096 bytes of names and values, not 4097",
  ],
  [
    "a timeout and memory that only managed instances have",
    "Lambda",
    "CreateFunction",
    { Timeout: 901, MemorySize: 10_241 },
    "MemorySize is 10241, but must be a whole number from 128 to 10240",
    "Timeout is 901, but must be a whole number from 1 to 900",
  ],
  [
    "a stream without a starting position",
    "Lambda",
    "CreateEventSourceMapping",
    { EventSourceArn: streamArn },
    `EventSourceArn is "${streamArn}", but must come with StartingPosition`,
  ],
  [
    "a large batch of a queue without time to gather it",
    "Lambda",
    "CreateEventSourceMapping",
    { EventSourceArn: queueArn, BatchSize: 11 },
    "BatchSize is 11, but must be at most 10 without MaximumBatchingWindowInSeconds",
  ],
  [
    "a bucket's name in capitals",
    "S3",
    "CreateBucket",
    { Bucket: "Failures" },
    'Bucket is "Failures", but must be 3 to 63 of a-z, 0-9, . and -, a letter or digit first and last',
  ],
  [
    "a bucket's name like an address",
    "S3",
    "CreateBucket",
    { Bucket: "192.0.2.1" },
    'Bucket is "192.0.2.1", but must be 3 to 63 of a-z, 0-9, . and -, a letter or digit first and last',
  ],
  [
    "a wildcard in a topic, and a message above 128 KiB",
    "IoT Data Plane",
    "Publish",
    { topic: "devices/+/acks", payload: "x".repeat(131_073) },
    'topic is "devices/+/acks", but must have 1 to 256 characters, at most 7 slashes, and neither + nor #',
    `payload is "${"x".repeat(58)}…, but must have at most 131072 bytes, not 131073`,
  ],
  [
    "a topic of nine levels",
    "IoT Data Plane",
    "Publish",
    { topic: "1/2/3/4/5/6/7/8/9" },
    'topic is "1/2/3/4/5/6/7/8/9", but must have 1 to 256 characters, at most 7 slashes, and neither + nor #',
  ],
];

describe("The documented limits on which the models are silent", () => {
  for (const [title, service, operation, input] of kept) {
    it(`let ${title} pass (${service} ${operation})`, () => {
      assert.deepEqual(checkLimits(service, operation, input), []);
    });
  }

  for (const [title, service, operation, input, ...sentences] of broken) {
    it(`refuse ${title} (${service} ${operation})`, () => {
      const findings = checkLimits(service, operation, input);
      assert.deepEqual(
        findings.map(({ parameter, fault }) => `${parameter} ${fault}`),
        sentences,
      );
    });
  }
});
