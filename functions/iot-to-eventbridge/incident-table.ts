import {
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { itemOf, valuesOf } from "../shared/item";
import type { Change, Incident } from "./incident";

/** An incident before a change, or undefined for none. */
export interface Applied {
  before?: Incident;
}

/** Applies a change; returns undefined if it changes nothing: the incident knows a reading as new, or there is none to close. */
export type ApplyChange = (change: Change) => Promise<Applied | undefined>;

/**
 * Incidents in a table with the key `deviceId`. Each change is one conditional write that DynamoDB decides on alone, so any number of
 * concurrent changes need no second attempt: the newest wins, and losing is no failure.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
export const incidentTable =
  (client: DynamoDBClient, TableName: string): ApplyChange =>
  async (change) => {
    const { sets, removes, condition, names, values } =
      change.kind === "open" ? opening(change) : closing();
    try {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName,
          Key: itemOf({ deviceId: change.deviceId }),
          UpdateExpression: `SET ${sets.join(", ")} REMOVE ${removes.join(", ")}`,
          ConditionExpression: condition,
          ExpressionAttributeNames: { "#status": "status", ...names },
          ExpressionAttributeValues: {
            ...itemOf({ ":at": change.at, ":open": "open" }),
            ...values,
          },
          ReturnValues: "ALL_OLD",
        }),
      );
      return { before: Attributes && (valuesOf(Attributes) as unknown as Incident) };
    } catch (error) {
      if ((error as Error).name === "ConditionalCheckFailedException") return undefined;
      throw error;
    }
  };

interface Expressions {
  sets: string[];
  removes: string[];
  condition: string;
  names: Record<string, string>;
  values: Record<string, AttributeValue>;
}

function opening({ values }: Change & { kind: "open" }): Expressions {
  const fields = Object.entries(values);
  const [given, missing] = [true, false].map((isGiven) =>
    fields.flatMap(([, value], nth) => ((value !== undefined) === isGiven ? [nth] : [])),
  );
  return {
    sets: [
      "#status = :open",
      "changedAt = :at",
      // Both take what the item had before the update.
      "openedAt = if_not_exists(openSince, :at)",
      "openSince = if_not_exists(openSince, :at)",
      ...(given ?? []).map((nth) => `#field${nth} = :field${nth}`),
    ],
    removes: ["closedAt", ...(missing ?? []).map((nth) => `#field${nth}`)],
    condition: "attribute_not_exists(deviceId) OR changedAt < :at",
    names: Object.fromEntries(fields.map(([name], nth) => [`#field${nth}`, name])),
    values: itemOf(Object.fromEntries(fields.map(([, value], nth) => [`:field${nth}`, value]))),
  };
}

const closing = (): Expressions => ({
  sets: ["#status = :closed", "changedAt = :at", "closedAt = :at"],
  removes: ["openSince"],
  condition: "#status = :open AND changedAt < :at",
  names: {},
  values: itemOf({ ":closed": "closed" }),
});
