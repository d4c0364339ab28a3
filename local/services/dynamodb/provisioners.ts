import {
  CreateTableCommand,
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { inputsOf, tagList, type Provisioner } from "../provisioner";

interface TableInputs {
  name: string;
  hashKey: string;
  rangeKey?: string;
  attributes: { name: string; type: "S" | "N" | "B" }[];
  globalSecondaryIndexes?: IndexInputs[];
  billingMode?: "PAY_PER_REQUEST" | "PROVISIONED";
  ttl?: { attributeName: string; enabled?: boolean };
  pointInTimeRecovery?: { enabled: boolean };
  serverSideEncryption?: { enabled: boolean };
  deletionProtectionEnabled?: boolean;
  tags?: Record<string, string>;
}

interface IndexInputs {
  name: string;
  hashKey: string;
  rangeKey?: string;
  projectionType: "ALL" | "INCLUDE" | "KEYS_ONLY";
  nonKeyAttributes?: string[];
}

export const table: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<TableInputs>(resource);
  const TableName = inputs.name;
  const dynamodb = clients.get(DynamoDBClient);
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: inputs.billingMode,
      KeySchema: keySchema(inputs),
      AttributeDefinitions: inputs.attributes.map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type,
      })),
      GlobalSecondaryIndexes: inputs.globalSecondaryIndexes?.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index),
        Projection: {
          ProjectionType: index.projectionType,
          NonKeyAttributes: index.nonKeyAttributes,
        },
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

const keySchema = ({ hashKey, rangeKey }: Pick<IndexInputs, "hashKey" | "rangeKey">) => [
  { AttributeName: hashKey, KeyType: "HASH" as const },
  ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" as const }] : []),
];
