import { windowKeyOf } from "../../reading/window-key";
import { merge, type Moments, type Statistics } from "./moments";
import { rollingWindows, windowLength } from "./window";

/** A flat item of the statistics table; both kinds have its key, a revision and an expiry. */
export type Item = Readonly<Record<string, string | number | boolean | undefined>>;

/** Follows `window#` or is the whole sort key. */
export const rollingKey = "rolling";
export const windowKey = (start: number): string => windowKeyOf("window", start);

const parts = ["count", "mean", "deviation", "minimum", "maximum"] as const;

/** Statistics as attributes, such as `temperature_mean`. Names of fields have no underscore. */
export const attributesOf = (statistics: Statistics): Item =>
  Object.fromEntries(
    Object.entries(statistics).flatMap(([field, moments]) =>
      parts.map((part) => [`${field}_${part}`, moments[part]]),
    ),
  );

/** The same, read back. */
export function statisticsIn(item: Item): Statistics {
  const fields = Object.keys(item).flatMap((name) => /^([A-Za-z]+)_count$/.exec(name)?.[1] ?? []);
  return Object.fromEntries(
    fields.map((field) => [
      field,
      Object.fromEntries(
        parts.map((part) => [part, item[`${field}_${part}`]]),
      ) as unknown as Moments,
    ]),
  );
}

/** A window in a rolling result. */
interface Slot {
  readings: number;
  revision: number;
  statistics: Statistics;
}

/** Slots by the start of their windows, as text. */
type Slots = Record<string, Slot>;

const slotsIn = (item: Item | undefined): Slots => JSON.parse(String(item?.slots ?? "{}")) as Slots;

/**
 * A rolling result with windows put in the place of earlier revisions of theirs, without windows that are more than an hour older than
 * the newest; undefined if nothing changes. It depends on the windows only, not on the order in which they come.
 */
export function rolled(
  known: Item | undefined,
  windows: readonly Item[],
  keepSeconds: number,
): Item | undefined {
  const before = slotsIn(known);
  const slots: Slots = { ...before };
  for (const window of windows) {
    const { windowStart, readings, revision } = window as Record<string, number>;
    const slot = slots[String(windowStart)];
    if (slot && slot.revision >= Number(revision)) continue;
    const statistics = statisticsIn(window);
    slots[String(windowStart)] = {
      readings: Number(readings),
      revision: Number(revision),
      statistics,
    };
  }
  const newest = Math.max(...Object.keys(slots).map(Number));
  const kept = Object.entries(slots)
    .filter(([start]) => Number(start) > newest - rollingWindows * windowLength)
    .sort(([a], [b]) => Number(a) - Number(b));
  const text = JSON.stringify(Object.fromEntries(kept));
  if (text === known?.slots) return undefined;
  const all = kept.map(([, slot]) => slot);
  return {
    ...attributesOf(all.map(({ statistics }) => statistics).reduce(merge)),
    readings: all.reduce((total, { readings }) => total + readings, 0),
    from: Number(kept[0]?.[0]),
    to: newest + windowLength,
    slots: text,
    expiresAt: newest / 1000 + keepSeconds,
  };
}
