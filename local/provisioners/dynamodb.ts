import {
  CreateTableCommand,
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { inputsOf, tagList, type Provisioner } from "./provisioner";

interface TableInputs {
  name: string;
  hashKey: string;
  rangeKey?: string;
  attributes: { name: string; type: "S" | "N" | "B" }[];
  globalSecondaryIndexes?: {
    name: string;
    hashKey: string;
    rangeKey?: string;
    projectionType: "KEYS_ONLY" | "ALL";
  }[];
  billingMode?: "PAY_PER_REQUEST" | "PROVISIONED";
  ttl?: { attributeName: string; enabled?: boolean };
  pointInTimeRecovery?: { enabled: boolean };
  serverSideEncryption?: { enabled: boolean };
  deletionProtectionEnabled?: boolean;
  tags?: Record<string, string>;
}

const keysOf = ({ hashKey, rangeKey }: { hashKey: string; rangeKey?: string }) => [
  { AttributeName: hashKey, KeyType: "HASH" as const },
  ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" as const }] : []),
];

export const table: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<TableInputs>(resource);
  const TableName = inputs.name;
  const dynamodb = clients.get(DynamoDBClient);
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: inputs.billingMode,
      KeySchema: keysOf(inputs),
      GlobalSecondaryIndexes: inputs.globalSecondaryIndexes?.map((index) => ({
        IndexName: index.name,
        KeySchema: keysOf(index),
        Projection: { ProjectionType: index.projectionType },
      })),
      AttributeDefinitions: inputs.attributes.map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type,
      })),
      SSESpecification: { Enabled: inputs.serverSideEncryption?.enabled ?? false },
      DeletionProtectionEnabled: inputs.deletionProtectionEnabled,
      Tags: tagList(inputs.tags),
    }),
  );
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 30, minDelay: 1 }, { TableName });
  const { ttl, pointInTimeRecovery } = inputs;
  if (ttl)
    await dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: ttl.attributeName, Enabled: ttl.enabled ?? true },
      }),
    );
  if (pointInTimeRecovery?.enabled) {
    await dynamodb.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    );
    notHonoured(
      "Tables cannot be restored to a point in time here, nor are they encrypted at rest.",
    );
  }
  return { id: TableName, state: { ...inputs, arn: TableDescription?.TableArn } };
};
