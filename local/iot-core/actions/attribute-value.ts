import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/**
 * A value as DynamoDB has it: numbers become N, objects M and arrays L, at every depth, and a payload that is no JSON becomes B.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-rule-action.html
 */
export function attributeOf(value: unknown): AttributeValue {
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value instanceof Uint8Array) return { B: value };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  const members = Object.entries(value).map(([name, member]) => [name, attributeOf(member)]);
  return { M: Object.fromEntries(members) as Record<string, AttributeValue> };
}
