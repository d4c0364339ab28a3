import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import type { Reading } from "../../reading/reading";

/** What is known about some numbers without keeping them. Of two sets without a common member, `merge` makes that of both. */
export interface Moments {
  count: number;
  mean: number;
  /** The standard deviation, of the numbers themselves and not of a sample. */
  deviation: number;
  minimum: number;
  maximum: number;
}

/** By the name of the field. A field that no reading has is missing. */
export type Statistics = Readonly<Record<string, Moments>>;

/** Of a single reading: its fields that are numbers. */
export function statisticsOf(reading: Reading, { fields }: Definition = definition): Statistics {
  const values = reading as unknown as Record<string, number | undefined>;
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, { type }]) => {
      const value = values[name];
      if ((type !== "number" && type !== "integer") || value === undefined) return [];
      return [[name, { count: 1, mean: value, deviation: 0, minimum: value, maximum: value }]];
    }),
  );
}

/** @see https://en.wikipedia.org/wiki/Algorithms_for_calculating_variance#Parallel_algorithm */
function mergeMoments(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  const [minimum, maximum] = [Math.min(a.minimum, b.minimum), Math.max(a.maximum, b.maximum)];
  const apart = b.mean - a.mean;
  const mean = a.mean + apart * (b.count / count);
  const within = (a.count / count) * a.deviation ** 2 + (b.count / count) * b.deviation ** 2;
  const between = apart ** 2 * (a.count / count) * (b.count / count);
  return {
    count,
    // Rounding may miss the range.
    mean: Math.min(maximum, Math.max(minimum, mean)),
    deviation: Math.sqrt(within + between),
    minimum,
    maximum,
  };
}

export function merge(a: Statistics, b: Statistics): Statistics {
  const merged: Record<string, Moments> = { ...a };
  for (const [name, moments] of Object.entries(b)) {
    const known = merged[name];
    merged[name] = known ? mergeMoments(known, moments) : moments;
  }
  return merged;
}
