import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import type { ActionKind } from "./action";
import { attributeOf } from "./attribute-value";

const Settings = v.strictObject({
  putItem: v.strictObject({ tableName: v.string() }),
  roleArn: v.string(),
});

/**
 * Writes the output as one item, an attribute per key; the output must be an object that contains the table's keys.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-v2-rule-action.html
 */
export const dynamodbv2: ActionKind = {
  list: "dynamodbv2s",
  single: "dynamodbv2",
  failedAction: "DynamoDBv2Action",
  prepare(settings, { template }) {
    const { putItem, roleArn } = v.parse(Settings, settings);
    return {
      roleArn,
      target: template(putItem.tableName),
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
