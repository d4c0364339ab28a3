import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** What an attribute holds. */
type Scalar = string | number | boolean | undefined;

/** DynamoDB refuses what is nearer to zero than this; no device measures it. */
const nearest = 1e-130;

/**
 * A flat object of text, numbers and booleans as DynamoDB writes it; leaves out what is undefined.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const itemOf = (values: Record<string, Scalar>): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, attributeOf(value)]],
    ),
  );

function attributeOf(value: string | number | boolean): AttributeValue {
  if (typeof value === "number") return { N: String(Math.abs(value) < nearest ? 0 : value) };
  return typeof value === "boolean" ? { BOOL: value } : { S: value };
}

/** The same, read back. */
export const valuesOf = (item: Record<string, AttributeValue>): Record<string, Scalar> =>
  Object.fromEntries(
    Object.entries(item).map(([name, { N, S, BOOL }]) => [
      name,
      N === undefined ? (S ?? BOOL) : Number(N),
    ]),
  );
