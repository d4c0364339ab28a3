import {
  type AttributeValue,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import type { RuleMessage } from "../message";
import type { ActionKind, Preparation } from "./action";
import { attributeOf } from "./attribute-value";
import { dynamodbNumber } from "./dynamodb-number";
import { serviceError } from "./service-error";

const KeyType = v.optional(v.picklist(["STRING", "NUMBER"]), "STRING");

const Settings = v.strictObject({
  tableName: v.string(),
  hashKeyField: v.string(),
  hashKeyValue: v.string(),
  hashKeyType: KeyType,
  rangeKeyField: v.optional(v.string()),
  rangeKeyValue: v.optional(v.string()),
  rangeKeyType: KeyType,
  payloadField: v.optional(v.string(), "payload"),
  operation: v.optional(v.string(), "INSERT"),
  roleArn: v.string(),
});

/**
 * Writes the whole output into one attribute of one item, whose key comes from templates. AWS names the operations INSERT, UPDATE
 * and DELETE but does not document their API calls; here they are PutItem, UpdateItem of the one attribute, and DeleteItem.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-rule-action.html
 */
export const dynamodb: ActionKind = {
  list: "dynamodbs",
  single: "dynamodb",
  failedAction: "DynamoDBAction",
  prepare(given, { template }) {
    const settings = v.parse(Settings, given);
    const { hashKeyField, hashKeyValue, hashKeyType } = settings;
    const hashKey = keyPart(template, hashKeyField, hashKeyValue, hashKeyType);
    const rangeKey = rangeKeyOf(template, settings);
    const payloadField = template(settings.payloadField);
    const operation = template(settings.operation);
    return {
      roleArn: settings.roleArn,
      target: template(settings.tableName),
      async perform({ clients, credentials, message, value }, TableName) {
        const Key = { ...(await hashKey(message)), ...(await rangeKey(message)) };
        const field = await payloadField(message);
        const client = clients.get(DynamoDBClient, credentials);
        const asked = await operation(message);
        if (asked === "INSERT") {
          const Item = { ...Key, [field]: attributeOf(value) };
          return client.send(new PutItemCommand({ TableName, Item }));
        }
        if (asked === "DELETE") return client.send(new DeleteItemCommand({ TableName, Key }));
        if (asked !== "UPDATE")
          throw serviceError(
            "InvalidRequestException",
            `The operation is '${asked}'; it has to be INSERT, UPDATE or DELETE.`,
          );
        return client.send(
          new UpdateItemCommand({
            TableName,
            Key,
            UpdateExpression: "SET #payload = :payload",
            ExpressionAttributeNames: { "#payload": field },
            ExpressionAttributeValues: { ":payload": attributeOf(value) },
          }),
        );
      },
    };
  },
};

type KeyPart = (message: RuleMessage) => Promise<Record<string, AttributeValue>>;
type Templates = Preparation["template"];

function keyPart(
  template: Templates,
  field: string,
  value: string,
  type: "STRING" | "NUMBER",
): KeyPart {
  const [fieldOf, valueOf] = [template(field), template(value)];
  return async (message) => {
    const [name, text] = [await fieldOf(message), await valueOf(message)];
    return { [name]: type === "NUMBER" ? { N: dynamodbNumber(text) } : { S: text } };
  };
}

function rangeKeyOf(
  template: Templates,
  { rangeKeyField: field, rangeKeyValue: value, rangeKeyType }: v.InferOutput<typeof Settings>,
): KeyPart {
  if (field === undefined && value === undefined) return async () => ({});
  if (field === undefined || value === undefined)
    throw new Error("rangeKeyField and rangeKeyValue belong together; give both or none.");
  return keyPart(template, field, value, rangeKeyType);
}
