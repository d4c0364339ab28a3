import type { Definition, NumberField } from "./definition";
import { definition } from "./fields";

/** The fields that hold numbers, by name. */
export const numberFields = ({ fields }: Definition = definition): Record<string, NumberField> =>
  Object.fromEntries(
    Object.entries(fields).filter(
      (entry): entry is [string, NumberField] =>
        entry[1].type === "number" || entry[1].type === "integer",
    ),
  );

/** The first field with a limit that it must not exceed, and that limit; undefined if there is none. */
export function firstLimited(
  of: Definition = definition,
): { field: string; above: number } | undefined {
  for (const [field, { limit }] of Object.entries(numberFields(of)))
    if (limit && "above" in limit) return { field, above: limit.above };
  return undefined;
}
