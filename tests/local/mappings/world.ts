import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb";
import { CreateStreamCommand, KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { createClients, type Clients } from "../../../local/aws/clients";
import { createTrace, type Trace, type TraceEvent } from "../../../local/trace";
import { sharedAccount } from "../../support/emulator";
import { zip } from "./zip";

export interface Statement {
  Action: string[];
  Resource: string;
  Condition?: object;
}

/** Who may assume a role, on whose behalf. */
interface Trust {
  service: string;
  sourceArn: string;
}

export interface LambdaFunction {
  name: string;
  arn: string;
  roleName: string;
  /** The events it was invoked with, in order. */
  events<E>(): E[];
  /** What it appended to the file `seen + "-" + name`, character by character. */
  notes(name: string): string[];
}

export interface Bucket {
  name: string;
  arn: string;
  put(key: string, text: string): Promise<void>;
  objects(): Promise<Map<string, string>>;
}

/** What a spec needs of an account: resources with names of their own, and a trace. */
export interface World {
  clients: Clients;
  trace: Trace;
  /** Everything that was traced since the world was made. */
  traced: TraceEvent[];
  stream(): Promise<{ name: string; arn: string; put(...texts: string[]): Promise<string[]> }>;
  /** A table with the partition key `id` and a stream of both images. */
  table(): Promise<{
    streamArn: string;
    put(item: Record<string, AttributeValue>): Promise<void>;
  }>;
  queue(
    policyFor?: (queueArn: string) => object,
    attributes?: Record<string, string>,
  ): Promise<{ url: string; arn: string }>;
  send(queueUrl: string, ...bodies: string[]): Promise<void>;
  bodies(queueUrl: string): Promise<string[]>;
  bucket(): Promise<Bucket>;
  topic(): Promise<string>;
  /** `body` is that of an async function of `event`; it may call `times(key)`, which counts across invocations. */
  lambda(body: string, allow?: Statement[]): Promise<LambdaFunction>;
  /** A role that a service may assume for one resource of its own. */
  role(trust: Trust, allow?: Statement[]): Promise<{ name: string; arn: string }>;
  allow(roleName: string, statements: Statement[]): Promise<void>;
  forbid(roleName: string): Promise<void>;
  admitTopic(functionName: string, topicArn: string): Promise<void>;
  /** Lets a service invoke a function for one resource of its own. */
  admit(service: string, functionName: string, sourceArn: string): Promise<void>;
  end(): Promise<void>;
}

let made = 0;
export const next = (kind: string): string => `mappings-${kind}-${++made}`;

export async function createWorld(): Promise<World> {
  const account = await sharedAccount();
  const clients = createClients(account);
  const trace = createTrace();
  const traced: TraceEvent[] = [];
  trace.on((event) => traced.push(event));
  const regional = (service: string, resource: string): string =>
    `arn:aws:${service}:${account.region}:${account.accountId}:${resource}`;
  const iam = clients.get(IAMClient);
  const sqs = clients.get(SQSClient);
  const s3 = clients.get(S3Client);
  const notes = mkdtempSync(path.resolve(__dirname, "../../../.local/notes-"));

  const world: World = {
    clients,
    trace,
    traced,
    async stream() {
      const name = next("stream");
      const kinesis = clients.get(KinesisClient);
      await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
      return {
        name,
        arn: regional("kinesis", `stream/${name}`),
        async put(...texts) {
          const sequenceNumbers: string[] = [];
          for (const text of texts) {
            const { SequenceNumber = "" } = await kinesis.send(
              new PutRecordCommand({
                StreamName: name,
                PartitionKey: "sensor-1",
                Data: Buffer.from(text),
              }),
            );
            sequenceNumbers.push(SequenceNumber);
          }
          return sequenceNumbers;
        },
      };
    },
    async table() {
      const TableName = next("table");
      const dynamodb = clients.get(DynamoDBClient);
      const { TableDescription } = await dynamodb.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
        }),
      );
      return {
        streamArn: TableDescription?.LatestStreamArn ?? "",
        async put(Item) {
          await dynamodb.send(new PutItemCommand({ TableName, Item }));
        },
      };
    },
    async queue(policyFor, attributes = {}) {
      const name = next("queue");
      const arn = regional("sqs", name);
      const { QueueUrl = "" } = await sqs.send(
        new CreateQueueCommand({
          QueueName: name,
          Attributes: {
            ...attributes,
            ...(policyFor && { Policy: JSON.stringify(policyFor(arn)) }),
          },
        }),
      );
      return { url: QueueUrl, arn };
    },
    async send(QueueUrl, ...bodies) {
      for (const MessageBody of bodies)
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    async bodies(QueueUrl) {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
      );
      return (Messages ?? []).map(({ Body = "" }) => Body);
    },
    async bucket() {
      const name = next("bucket");
      await s3.send(new CreateBucketCommand({ Bucket: name }));
      return {
        name,
        arn: `arn:aws:s3:::${name}`,
        async put(Key, Body) {
          await s3.send(new PutObjectCommand({ Bucket: name, Key, Body }));
        },
        async objects() {
          const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: name }));
          const objects = new Map<string, string>();
          for (const { Key = "" } of Contents) {
            const { Body } = await s3.send(new GetObjectCommand({ Bucket: name, Key }));
            objects.set(Key, (await Body?.transformToString()) ?? "");
          }
          return objects;
        },
      };
    },
    async topic() {
      const { TopicArn = "" } = await clients
        .get(SNSClient)
        .send(new CreateTopicCommand({ Name: next("topic") }));
      return TopicArn;
    },
    async lambda(body, allow = []) {
      const name = next("function");
      const seen = path.join(notes, name);
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: {
              Effect: "Allow",
              Principal: { Service: "lambda.amazonaws.com" },
              Action: "sts:AssumeRole",
            },
          }),
        }),
      );
      if (allow.length > 0) await world.allow(name, allow);
      const { FunctionArn = "" } = await clients.get(LambdaClient).send(
        new CreateFunctionCommand({
          FunctionName: name,
          Role: Role?.Arn,
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Code: { ZipFile: zip("index.js", handlerSource(seen, body)) },
        }),
      );
      return {
        name,
        arn: FunctionArn,
        roleName: name,
        events: <E>() =>
          readFileSync(seen, { encoding: "utf8", flag: "a+" })
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => JSON.parse(line) as E),
        notes: (note) => [...readFileSync(`${seen}-${note}`, "utf8")],
      };
    },
    async role({ service, sourceArn }, allow = []) {
      const name = next("role");
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: {
              Effect: "Allow",
              Principal: { Service: service },
              Action: "sts:AssumeRole",
              Condition: {
                StringEquals: { "aws:SourceAccount": account.accountId },
                ArnEquals: { "aws:SourceArn": sourceArn },
              },
            },
          }),
        }),
      );
      if (allow.length > 0) await world.allow(name, allow);
      return { name, arn: Role?.Arn ?? "" };
    },
    async allow(RoleName, statements) {
      const Statement = statements.map((statement) => ({ Effect: "Allow", ...statement }));
      await iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName: "access",
          PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
        }),
      );
    },
    async forbid(RoleName) {
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: "access" }));
    },
    admitTopic: (functionName, topicArn) =>
      world.admit("sns.amazonaws.com", functionName, topicArn),
    async admit(Principal, FunctionName, SourceArn) {
      await clients.get(LambdaClient).send(
        new AddPermissionCommand({
          FunctionName,
          StatementId: "service",
          Action: "lambda:InvokeFunction",
          Principal,
          SourceArn,
        }),
      );
    },
    async end() {
      clients.destroy();
      rmSync(notes, { recursive: true, force: true });
    },
  };
  return world;
}

/** A function that notes each event in a file; module state would not do, for a failed process is replaced. */
const handlerSource = (seen: string, body: string): string => `
const fs = require("node:fs");
const seen = ${JSON.stringify(seen)};
const times = (key) => {
  fs.appendFileSync(seen + "-" + key, "x");
  return fs.statSync(seen + "-" + key).size;
};
const texts = (event) => (event.Records ?? []).map((r) => Buffer.from(r.kinesis.data, "base64").toString());
exports.handler = async (event) => {
  fs.appendFileSync(seen, JSON.stringify(event) + "\\n");
  ${body}
};`;

/** What a role needs to drain a queue. */
export const drainQueue = (queueArn: string): Statement => ({
  Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  Resource: queueArn,
});

/** What a function's role needs to read a stream. */
export const readStream = (streamArn: string): Statement => ({
  Action: [
    "kinesis:DescribeStream",
    "kinesis:ListShards",
    "kinesis:GetShardIterator",
    "kinesis:GetRecords",
  ],
  Resource: streamArn,
});

/** What a function's role needs to read a table's stream. */
export const readTableStream = (streamArn: string): Statement => ({
  Action: ["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"],
  Resource: streamArn,
});
