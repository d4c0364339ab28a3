import { allow } from "../policy-document";
import type { Table } from "../table";
import type { RuleAction } from "./action";

/**
 * Writes the output of the SQL statement as one item, with an attribute per key (the DynamoDBv2 action). The output must contain the
 * keys of the table. The item replaces an item with the same key.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-v2-rule-action.html
 */
export function putItem(table: Table): RuleAction {
  return {
    statements: [allow("PutItem", "dynamodb:PutItem", table.arn)],
    dependsOn: [table.resource],
    asAction: (roleArn) => ({ dynamodbv2s: [{ roleArn, putItem: { tableName: table.name } }] }),
  };
}
