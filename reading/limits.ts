import type { Definition, NumberField } from "./definition";
import { definition } from "./fields";
import { labelOf, withUnit } from "./text";

/** The number beyond which a field's value is unusual, by the field's name. */
export type Limits = Readonly<Record<string, number>>;

type Limited = NumberField & { limit: { above: number } | { below: number } };

const limitedFields = ({ fields }: Definition): [string, Limited][] =>
  Object.entries(fields).filter(
    (entry): entry is [string, Limited] => "limit" in entry[1] && entry[1].limit !== undefined,
  );

const numberIn = (limit: Limited["limit"]): number =>
  "above" in limit ? limit.above : limit.below;

/** The limits as the definition has them, with some replaced. */
export const limitsWith = (replaced: Limits = {}, of: Definition = definition): Limits => ({
  ...Object.fromEntries(limitedFields(of).map(([name, { limit }]) => [name, numberIn(limit)])),
  ...replaced,
});

/** The fields that have a limit, each with the bounds of its values. */
export const limitedBounds = (
  of: Definition = definition,
): Record<string, { from: number; to: number }> =>
  Object.fromEntries(
    limitedFields(of).map(([name, { least, most }]) => [name, { from: least, to: most }]),
  );

/** What is wrong with replaced limits, `<what>; it must be <what>`; undefined if nothing is. */
export function limitsProblem(limits: Limits, of: Definition = definition): string | undefined {
  const limited = new Map(limitedFields(of));
  for (const [name, value] of Object.entries(limits)) {
    const field = limited.get(name);
    if (!field) {
      const known = [...limited.keys()].join(", ") || "there are none";
      return `names ${name}; it must be a map of fields that have a limit in reading/fields.ts (${known}) to numbers`;
    }
    const { least, most } = field;
    if (typeof value !== "number" || !(value >= least && value <= most))
      return `gives ${name} the limit ${JSON.stringify(value)}; it must be a number from ${least} to ${most}`;
  }
  return undefined;
}

/** One sentence for each value of a reading that is beyond its limit. */
export const describeExcesses = (
  reading: object,
  limits: Limits,
  of: Definition = definition,
): string[] =>
  limitedFields(of).flatMap(([name, field]) => {
    const value = (reading as Record<string, number | undefined>)[name];
    const limit = limits[name];
    if (value === undefined || limit === undefined) return [];
    const side = "above" in field.limit ? "above" : "below";
    if (side === "above" ? value <= limit : value >= limit) return [];
    return [
      `The ${labelOf(name, field)} is ${withUnit(value, field)}, ${side} the limit of ${withUnit(limit, field)}.`,
    ];
  });
