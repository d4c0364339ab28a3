import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** DynamoDB refuses what is nearer to zero than this; no device measures it. */
const nearest = 1e-130;

/**
 * A flat object of text and numbers as DynamoDB writes it; what is undefined is left out.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const itemOf = (
  values: Record<string, string | number | undefined>,
): Record<string, AttributeValue> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [
        [
          name,
          typeof value === "number"
            ? { N: String(Math.abs(value) < nearest ? 0 : value) }
            : { S: value },
        ],
      ];
    }),
  );

/** The same, read back. */
export const valuesOf = (
  item: Record<string, AttributeValue>,
): Record<string, string | number | undefined> =>
  Object.fromEntries(
    Object.entries(item).map(([name, { N, S }]) => [name, N === undefined ? S : Number(N)]),
  );
