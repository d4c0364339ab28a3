import {
  DeleteItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { itemOf, valuesOf } from "../shared/item";
import { fromStart, type Lease, type Leases } from "./lease";

/**
 * Leases in a table of DynamoDB, one item per shard. An owner's writes have the condition that owner and epoch are its own: a task that
 * was taken for dead and comes back cannot move the checkpoint of its successor.
 */
export function leaseTable(dynamodb: DynamoDBClient, tableName: string): Leases {
  const keyOf = (shardId: string) => ({ TableName: tableName, Key: itemOf({ shardId }) });

  /** Returns false if the condition does not hold. */
  async function conditionally(write: () => Promise<unknown>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      if ((error as Error).name === "ConditionalCheckFailedException") return false;
      throw error;
    }
  }

  const writeAsOwner = (
    { shardId, owner, epoch }: Lease,
    UpdateExpression: string,
    values: Parameters<typeof itemOf>[0],
  ): Promise<boolean> =>
    conditionally(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...keyOf(shardId),
          UpdateExpression,
          ConditionExpression: "#owner = :owner AND epoch = :epoch",
          ExpressionAttributeNames: { "#owner": "owner", "#counter": "counter" },
          ExpressionAttributeValues: itemOf({ ...values, ":owner": owner, ":epoch": epoch }),
        }),
      ),
    );
  const beat = "#counter = #counter + :one";

  return {
    async list() {
      const leases: Lease[] = [];
      let start: Record<string, AttributeValue> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await dynamodb.send(
          new ScanCommand({
            TableName: tableName,
            ConsistentRead: true,
            ...(start && { ExclusiveStartKey: start }),
          }),
        );
        leases.push(...Items.map(leaseOf));
        start = LastEvaluatedKey;
      } while (start);
      return leases;
    },
    async create(shardId, parents) {
      await conditionally(() =>
        dynamodb.send(
          new PutItemCommand({
            TableName: tableName,
            Item: itemOf({
              ...{ shardId, epoch: 0, counter: 0, checkpoint: fromStart },
              parents: parents.join(" "),
            }),
            ConditionExpression: "attribute_not_exists(shardId)",
          }),
        ),
      );
    },
    async take(lease, owner) {
      const taken: Lease = { ...lease, owner, epoch: lease.epoch + 1, counter: lease.counter + 1 };
      const { shardId, epoch, counter } = lease;
      const isTaken = await conditionally(() =>
        dynamodb.send(
          new UpdateItemCommand({
            ...keyOf(shardId),
            UpdateExpression: "SET #owner = :owner, epoch = epoch + :one, #counter = :next",
            ConditionExpression: "epoch = :epoch AND #counter = :counter",
            ExpressionAttributeNames: { "#owner": "owner", "#counter": "counter" },
            ExpressionAttributeValues: itemOf({
              ...{ ":owner": owner, ":one": 1, ":next": taken.counter },
              ...{ ":epoch": epoch, ":counter": counter },
            }),
          }),
        ),
      );
      return isTaken ? taken : undefined;
    },
    renew: (lease) => writeAsOwner(lease, `SET ${beat}`, { ":one": 1 }),
    checkpoint: (lease, at) =>
      writeAsOwner(lease, `SET checkpoint = :at, ${beat}`, { ":at": at, ":one": 1 }),
    release: (lease) => writeAsOwner(lease, `SET ${beat} REMOVE #owner`, { ":one": 1 }),
    async remove(shardId) {
      await dynamodb.send(new DeleteItemCommand(keyOf(shardId)));
    },
  };
}

function leaseOf(item: Record<string, AttributeValue>): Lease {
  const { shardId, owner, epoch, counter, checkpoint, parents } = valuesOf(item);
  return {
    shardId: String(shardId),
    ...(owner !== undefined && { owner: String(owner) }),
    epoch: Number(epoch),
    counter: Number(counter),
    checkpoint: String(checkpoint),
    parents: String(parents).split(" ").filter(Boolean),
  };
}
