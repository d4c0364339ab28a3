import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { isNumeric, isObject, numberJson, readNumber, type Json } from "../../../../iot-sql";
import { dynamodbNumber } from "./dynamodb-number";

/**
 * Converts a value to a DynamoDB attribute: exact numbers to N, objects to M and arrays to L, at every depth; a payload that is
 * not JSON to B. Throws on a number that DynamoDB does not accept.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-rule-action.html
 */
export function attributeOf(value: Json | Uint8Array): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "boolean") return { BOOL: value };
  if (value instanceof Uint8Array) return { B: value };
  if (isNumeric(value)) return { N: dynamodbNumber(numberJson(value)) };
  if (!isObject(value)) return { L: value.map(attributeOf) };
  const members = Object.entries(value).map(([name, member]) => [name, attributeOf(member)]);
  return { M: Object.fromEntries(members) as Record<string, AttributeValue> };
}

/** Converts an attribute to JSON without its type: bytes to Base64, sets to arrays, numbers without loss of precision. */
export function valueOf(attribute: AttributeValue): Json {
  const { S, N, BOOL, B, L, M, SS, NS, BS } = attribute;
  if (S !== undefined) return S;
  if (N !== undefined) return numberOf(N);
  if (BOOL !== undefined) return BOOL;
  if (B) return base64(B);
  if (L) return L.map(valueOf);
  if (M) return Object.fromEntries(Object.entries(M).map(([name, one]) => [name, valueOf(one)]));
  return SS ?? NS?.map(numberOf) ?? BS?.map(base64) ?? null;
}

/** DynamoDB's numbers have up to 38 digits and magnitudes up to 9.9E125; the exact JSON reader accepts all of them. */
const numberOf = (text: string): Json => readNumber(text) ?? text;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
