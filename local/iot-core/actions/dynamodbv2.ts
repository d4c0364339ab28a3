import { type AttributeValue, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { compileTemplate } from "../../../iot-sql";
import type { ActionKind } from "./action";

const Settings = v.strictObject({
  putItem: v.strictObject({ tableName: v.string() }),
  roleArn: v.string(),
});

/**
 * Writes the output as one item, an attribute per key; it has to be an object that holds the table's keys.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-v2-rule-action.html
 */
export const dynamodbv2: ActionKind = {
  list: "dynamodbv2s",
  single: "dynamodbv2",
  failedAction: "DynamoDBv2Action",
  prepare(settings) {
    const { putItem, roleArn } = v.parse(Settings, settings);
    return {
      roleArn,
      target: compileTemplate(putItem.tableName),
      async perform({ clients, credentials, value }, TableName) {
        const item = attributeOf(value).M;
        if (!item) throw new Error("The payload is not a JSON object, so it is no item.");
        await clients
          .get(DynamoDBClient, credentials)
          .send(new PutItemCommand({ TableName, Item: item }));
      },
    };
  },
};

/** Numbers become N, objects M and arrays L, at every depth. */
function attributeOf(value: unknown): AttributeValue {
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  const members = Object.entries(value).map(([name, member]) => [name, attributeOf(member)]);
  return { M: Object.fromEntries(members) as Record<string, AttributeValue> };
}
