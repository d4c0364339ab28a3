import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { assumeRole } from "../local/aws/assume-role";
import type { Clients, Credentials } from "../local/aws/clients";
import type { Platform } from "../local/platform";
import { openPlatform, region } from "./platform";

/** The local IoT Core on an emulator, with a device, a queue, a table, and a rule for each. */
export interface World {
  clients: Clients;
  /** Credentials of the role of the rules. */
  credentials: Credentials;
  queueUrl: string;
  tableName: string;
  mqttUrl: string;
  /** The TLS identity of a device. */
  device: { ca: string; cert: string; key: string };
  /** Resolves when the rules have processed every message. */
  idle: () => Promise<void>;
  stop: () => Promise<void>;
}

export const openWorld = (): Promise<World> => openPlatform(furnish);

async function furnish(platform: Platform): Promise<World> {
  const { clients, iotCore } = platform;
  const { accountId } = clients.account;
  const arn = (service: string, resource: string): string =>
    `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const [queueName, tableName] = ["bench-queue", "bench-table"];
  const { QueueUrl: queueUrl = "" } = await clients
    .get(SQSClient)
    .send(new CreateQueueCommand({ QueueName: queueName }));
  await clients.get(DynamoDBClient).send(
    new CreateTableCommand({
      TableName: tableName,
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
  const roleArn = await makeRole(clients, [
    { Action: "sqs:SendMessage", Resource: arn("sqs", queueName) },
    { Action: "dynamodb:PutItem", Resource: arn("dynamodb", `table/${tableName}`) },
  ]);
  const rule = { enabled: true, sqlVersion: "2016-03-23" };
  await iotCore.addRule({
    ...rule,
    name: "bench_queue",
    sql: "SELECT * FROM 'queue/+'",
    sqs: [{ queueUrl, roleArn, useBase64: false }],
  });
  await iotCore.addRule({
    ...rule,
    name: "bench_table",
    sql: "SELECT * FROM 'table/+'",
    dynamodbv2s: [{ roleArn, putItem: { tableName } }],
  });
  const policy = statements([{ Action: "iot:*", Resource: "*" }]);
  iotCore.addDevicePolicy({ name: "bench", policy });
  const { ca, certificate, privateKey } = await iotCore.addThing("bench", ["bench"]);
  const credentials = await assumeRole(clients, {
    roleArn,
    servicePrincipal: "iot.amazonaws.com",
    sourceArn: arn("iot", "rule/bench_queue"),
  });
  return {
    clients,
    credentials,
    queueUrl,
    tableName,
    mqttUrl: iotCore.mqttUrl,
    device: { ca, cert: certificate, key: privateKey },
    idle: () => iotCore.idle(),
    stop: () => platform.stop(),
  };
}

async function makeRole(clients: Clients, allowed: object[]): Promise<string> {
  const iam = clients.get(IAMClient);
  const { accountId } = clients.account;
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: "bench-rules",
      AssumeRolePolicyDocument: statements([
        {
          Principal: { Service: "iot.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": accountId },
            ArnLike: { "aws:SourceArn": `arn:aws:iot:${region}:${accountId}:rule/bench_*` },
          },
        },
      ]),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: "bench-rules",
      PolicyName: "permissions",
      PolicyDocument: statements(allowed),
    }),
  );
  return Role?.Arn ?? "";
}

const statements = (allowed: object[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: allowed.map((one) => ({ Effect: "Allow", ...one })),
  });
