import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from "@aws-sdk/client-kinesis";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { MqttClient } from "mqtt";
import { createClients, type Clients } from "../../../../local/aws/clients";
import {
  startIotCore,
  type IotCoreArgs,
  type DeviceCredentials,
  type IotCore,
} from "../../../../local/services/iot-core/iot-core";
import { createTrace, type Trace, type TraceEvent } from "../../../../local/trace";
import { connect, identity, openPolicy } from "./devices";
import { sharedAccount } from "../../../support/account";

export interface Statement {
  Action: string;
  Resource: string;
}

export interface Queue {
  url: string;
  arn: string;
  /** The bodies of the messages in it, which are deleted. */
  drain(): Promise<string[]>;
  delete(): Promise<void>;
}

/** An IoT Core on the shared account, with a device `sensor-1` that may do everything. */
export interface World {
  clients: Clients;
  trace: Trace;
  /** Everything that was traced since the world was made. */
  traced: TraceEvent[];
  iot: IotCore;
  credentials: DeviceCredentials;
  device: MqttClient;
  /** Publishes with QoS 1 and waits until every rule has done with it. */
  publish(topic: string, payload: string | Buffer | object): Promise<void>;
  queue(): Promise<Queue>;
  topic(): Promise<string>;
  stream(): Promise<{ name: string; arn: string; records(): Promise<Record[]> }>;
  /** A table with partition key `deviceId` (S) and sort key `timestamp` (N). */
  table(): Promise<{ name: string; arn: string; items(): Promise<unknown[]> }>;
  /** A role that AWS IoT may assume for any rule of the account; answers its ARN. */
  role(statements: Statement[], trust?: object): Promise<string>;
  allow(roleArn: string, statements: Statement[]): Promise<void>;
  trust(roleArn: string, trust: object): Promise<void>;
  end(): Promise<void>;
}

interface Record {
  partitionKey: string;
  data: Buffer;
}

let made = 0;
/** A name that no other test uses, legal for a rule too. */
export const nextName = (kind: string): string => `iot_core_${kind}_${++made}`;

export const send = ({ arn: Resource }: { arn: string }): Statement => ({
  Action: "sqs:SendMessage",
  Resource,
});

/** A trust policy for AWS IoT on behalf of the rules of one account that a pattern names. */
export const trustIot = (rules = "*", account = "123456789012"): object => ({
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Principal: { Service: "iot.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": `arn:aws:iot:eu-central-1:${account}:rule/${rules}` },
    },
  },
});

export async function createWorld(settings: Partial<IotCoreArgs> = {}): Promise<World> {
  const clients = createClients(await sharedAccount());
  const trace = createTrace();
  const traced: TraceEvent[] = [];
  trace.on((event) => traced.push(event));
  const iot = await startIotCore({ ...settings, clients, trace });
  iot.addDevicePolicy(openPolicy);
  const credentials = await iot.addThing("sensor-1", ["open"]);
  const device = await connect(iot.mqttUrl, "sensor-1", identity(credentials));

  const { region, accountId } = clients.account;
  const arnOf = (service: string, resource: string): string =>
    `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const sqs = clients.get(SQSClient);
  const iam = clients.get(IAMClient);
  const nameOf = (roleArn: string): string => roleArn.split("/")[1] ?? "";

  const world: World = {
    clients,
    trace,
    traced,
    iot,
    credentials,
    device,
    async publish(topic, payload) {
      const isJson = typeof payload === "object" && !Buffer.isBuffer(payload);
      await device.publishAsync(topic, isJson ? JSON.stringify(payload) : payload, { qos: 1 });
      await iot.idle();
    },
    async queue() {
      const name = nextName("queue");
      const { QueueUrl: url = "" } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
      return {
        url,
        arn: arnOf("sqs", name),
        async drain() {
          const { Messages = [] } = await sqs.send(
            new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
          );
          for (const { ReceiptHandle } of Messages)
            await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
          return Messages.map(({ Body = "" }) => Body);
        },
        delete: async () => void (await sqs.send(new DeleteQueueCommand({ QueueUrl: url }))),
      };
    },
    async topic() {
      const { TopicArn = "" } = await clients
        .get(SNSClient)
        .send(new CreateTopicCommand({ Name: nextName("topic") }));
      return TopicArn;
    },
    async stream() {
      const name = nextName("stream");
      const kinesis = clients.get(KinesisClient);
      await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
      return {
        name,
        arn: arnOf("kinesis", `stream/${name}`),
        async records() {
          const { ShardIterator } = await kinesis.send(
            new GetShardIteratorCommand({
              StreamName: name,
              ShardId: "shardId-000000000000",
              ShardIteratorType: "TRIM_HORIZON",
            }),
          );
          const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
          return Records.map(({ PartitionKey = "", Data = [] }) => ({
            partitionKey: PartitionKey,
            data: Buffer.from(Data),
          }));
        },
      };
    },
    async table() {
      const name = nextName("table");
      const dynamodb = clients.get(DynamoDBClient);
      await dynamodb.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [
            { AttributeName: "deviceId", AttributeType: "S" },
            { AttributeName: "timestamp", AttributeType: "N" },
          ],
          KeySchema: [
            { AttributeName: "deviceId", KeyType: "HASH" },
            { AttributeName: "timestamp", KeyType: "RANGE" },
          ],
        }),
      );
      return {
        name,
        arn: arnOf("dynamodb", `table/${name}`),
        items: async () => (await dynamodb.send(new ScanCommand({ TableName: name }))).Items ?? [],
      };
    },
    async role(statements, trust = trustIot()) {
      const RoleName = nextName("role");
      const { Role } = await iam.send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
      );
      const arn = Role?.Arn ?? "";
      if (statements.length > 0) await world.allow(arn, statements);
      return arn;
    },
    async allow(roleArn, statements) {
      const Statement = statements.map((statement) => ({ Effect: "Allow", ...statement }));
      await iam.send(
        new PutRolePolicyCommand({
          RoleName: nameOf(roleArn),
          PolicyName: "permissions",
          PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
        }),
      );
    },
    async trust(roleArn, trust) {
      await iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: nameOf(roleArn),
          PolicyDocument: JSON.stringify(trust),
        }),
      );
    },
    async end() {
      await device.endAsync(true);
      await iot.stop();
      clients.destroy();
    },
  };
  return world;
}
