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

/** What an attribute says as JSON, without its type; bytes become Base64, sets arrays, and numbers what JavaScript makes of them. */
export function valueOf(attribute: AttributeValue): unknown {
  const { S, N, BOOL, B, L, M, SS, NS, BS } = attribute;
  if (S !== undefined) return S;
  if (N !== undefined) return Number(N);
  if (BOOL !== undefined) return BOOL;
  if (B) return base64(B);
  if (L) return L.map(valueOf);
  if (M) return Object.fromEntries(Object.entries(M).map(([name, one]) => [name, valueOf(one)]));
  return SS ?? NS?.map(Number) ?? BS?.map(base64) ?? null;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
