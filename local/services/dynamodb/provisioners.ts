import {
  CreateTableCommand,
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  type BillingMode,
  type ProjectionType,
  type ScalarAttributeType,
} from "@aws-sdk/client-dynamodb";
import type * as aws from "@pulumi/aws";
import { inputsOf, tagList, type Provisioner, type Provisioners } from "../provisioner";

const table: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<aws.dynamodb.TableArgs, "name" | "hashKey" | "attributes">(
    resource,
    "name",
    "hashKey",
    "attributes",
  );
  const TableName = inputs.name;
  const dynamodb = clients.get(DynamoDBClient);
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: inputs.billingMode as BillingMode | undefined,
      KeySchema: keySchema(inputs),
      AttributeDefinitions: inputs.attributes.map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type as ScalarAttributeType,
      })),
      GlobalSecondaryIndexes: inputs.globalSecondaryIndexes?.map((index) => ({
        IndexName: index.name,
        KeySchema: keySchema(index),
        Projection: {
          ProjectionType: index.projectionType as ProjectionType,
          NonKeyAttributes: index.nonKeyAttributes,
        },
      })),
      SSESpecification: { Enabled: inputs.serverSideEncryption?.enabled ?? false },
      DeletionProtectionEnabled: inputs.deletionProtectionEnabled,
      Tags: tagList(inputs.tags),
    }),
  );
  await waitUntilTableExists(
    { client: dynamodb, maxWaitTime: 30, minDelay: 0.02, maxDelay: 0.2 },
    { TableName },
  );
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

const keySchema = ({ hashKey, rangeKey }: { hashKey?: string; rangeKey?: string }) => [
  { AttributeName: hashKey, KeyType: "HASH" as const },
  ...(rangeKey ? [{ AttributeName: rangeKey, KeyType: "RANGE" as const }] : []),
];

export const provisioners: Provisioners = { "aws:dynamodb/table:Table": table };
