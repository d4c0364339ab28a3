import { UpdateItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { itemOf, valuesOf } from "../shared/item";

/** A post of a device, by the key that a repetition of it has too. */
export interface Post {
  deviceId: string;
  key: string;
  /** The id of its reading. */
  readingId: string;
}

/**
 * What is known of a post: nothing, so that it is this call's to publish; that it was published; that another call is about to; or that
 * its key is that of another reading.
 */
export type Claim = "claimed" | "published" | "under-way" | "other-reading";

export interface Posts {
  claim(post: Post, now: number): Promise<Claim>;
  /** Remembers that it was published. */
  complete(post: Post): Promise<void>;
  /** Forgets the claim, since it was not published. */
  release(post: Post): Promise<void>;
}

/** How long a call may take to publish; afterwards another one may try, in ms. Longer than the timeout of the function. */
export const leaseMilliseconds = 30_000;

/** How long a post is remembered, in seconds. */
const rememberedSeconds = 86_400;

/**
 * Posts in a table with the key `post`. The claim is one conditional write that DynamoDB decides on alone.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate
 */
export function postsTable(client: DynamoDBClient, TableName: string): Posts {
  const keyOf = ({ deviceId, key }: Post) => itemOf({ post: `${deviceId}#${key}` });
  return {
    async claim(post, now) {
      try {
        await client.send(
          new UpdateItemCommand({
            TableName,
            Key: keyOf(post),
            UpdateExpression:
              "SET readingId = :id, #state = :publishing, leaseUntil = :until, expiresAt = :expiresAt",
            // DynamoDB deletes an item days after its time, so the condition looks at the time itself.
            ConditionExpression:
              "attribute_not_exists(post) OR expiresAt < :seconds OR (readingId = :id AND #state = :publishing AND leaseUntil < :now)",
            ExpressionAttributeNames: { "#state": "state" },
            ExpressionAttributeValues: itemOf({
              ":id": post.readingId,
              ":publishing": "publishing",
              ":until": now + leaseMilliseconds,
              ":now": now,
              ":seconds": Math.floor(now / 1000),
              ":expiresAt": Math.floor(now / 1000) + rememberedSeconds,
            }),
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        );
        return "claimed";
      } catch (error) {
        const { name, Item } = error as { name: string; Item?: Parameters<typeof valuesOf>[0] };
        if (name !== "ConditionalCheckFailedException") throw error;
        const { readingId, state } = valuesOf(Item ?? {});
        if (readingId !== post.readingId) return "other-reading";
        return state === "published" ? "published" : "under-way";
      }
    },
    async complete(post) {
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(post),
          UpdateExpression: "SET #state = :published",
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: itemOf({ ":published": "published" }),
        }),
      );
    },
    async release(post) {
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(post),
          UpdateExpression: "SET leaseUntil = :zero",
          ExpressionAttributeValues: itemOf({ ":zero": 0 }),
        }),
      );
    },
  };
}
