import type { Definition, Field, NumberField } from "../../reading/definition";
import { definition } from "../../reading/fields";
import type { Reading } from "../../reading/reading";
import type { Level } from "../../reading/severity";
import type { Random } from "./random";

/** A simulated sensor, whose values drift like measured ones. */
export interface Sensor {
  /** Measures every required field, and optional ones most of the time. */
  measure(timestamp: number, critical: boolean): Reading;
}

/** Remarks of devices about critical readings. */
const troubles = [
  "bearing runs hot",
  "Kühlung ausgefallen, Ventil öffnet nicht",
  "過熱",
  'operator said "stop"',
] as const;

/** Returns a field's value; undefined if the device omits it. */
type Measure = (level: Level) => unknown;

export function createSensor(
  deviceId: string,
  random: Random,
  of: Definition = definition,
): Sensor {
  const gauges = Object.entries(of.fields)
    .filter((entry): entry is [string, NumberField] => "least" in entry[1])
    .map(([name, field]) => createGauge(name, field, random));
  const measures = Object.entries(of.fields).map(([name, field]): [string, Measure] => {
    const gauge = gauges.find((one) => one.name === name);
    const value: Measure = gauge
      ? (level) => gauge.value(level === "critical")
      : other(name, field);
    const always = !field.optional || name === of.severity?.field;
    if (name === of.remark)
      return [name, (level) => (always || level === "critical" ? value(level) : undefined)];
    return [name, (level) => (always || random.next() < 0.75 ? value(level) : undefined)];
  });

  /** A field that is not a number. */
  function other(name: string, field: Field): Measure {
    const { severity } = of;
    if (name === severity?.field) return (level) => oneOf(severity[level]);
    switch (field.type) {
      case "one of":
        return () => random.pick(field.values);
      case "boolean":
        return () => random.next() < 0.5;
      case "text": {
        const fitting = troubles.filter((text) => Buffer.byteLength(text) <= field.mostBytes);
        return () => oneOf(fitting) ?? "x";
      }
      default:
        throw new Error(`The sensor does not measure ${name}, a ${field.type}.`);
    }
  }
  const oneOf = <T>(items: readonly T[]): T | undefined =>
    items[Math.floor(random.next() * items.length)];
  const warns = (of.severity?.warning.length ?? 0) > 0;

  return {
    measure(timestamp, critical) {
      for (const gauge of gauges) gauge.wander();
      const calm = warns && gauges.some((gauge) => gauge.isNearLimit()) ? "warning" : "good";
      const level = critical ? "critical" : calm;
      const values = measures.map(([name, measure]) => [name, measure(level)] as const);
      return Object.fromEntries([
        ["deviceId", deviceId],
        ["timestamp", timestamp],
        ...values.filter(([, value]) => value !== undefined),
      ]) as unknown as Reading;
    },
  };
}

/** A number that drifts around its usual values, and is beyond its limit when the device is critical. */
function createGauge(name: string, field: NumberField, random: Random) {
  const { least, most, limit } = field;
  const quarter = (most - least) / 4;
  const [from, to] = field.usual ?? [least + quarter, most - quarter];
  const half = (to - from) / 2;
  const floor = Math.max(limit && "below" in limit ? limit.below : least, from - 2 * half);
  const ceiling = Math.min(limit && "above" in limit ? limit.above : most, to + 2 * half);
  const digits = field.type === "integer" ? 0 : Math.max(0, 2 - Math.floor(Math.log10(to - from)));
  let current = random.between(from, to);
  const beyond = (): number => {
    if (!limit) return current;
    const [edge, end] = "above" in limit ? [limit.above, most] : [limit.below, least];
    return random.between(edge + (end - edge) * 0.1, end);
  };
  return {
    name,
    wander() {
      const moved = current + random.between(-half, half) / 16;
      current = Math.min(ceiling, Math.max(floor, moved));
    },
    value: (critical: boolean) => rounded(critical ? beyond() : current, digits),
    /** Within the last quarter of the way from the usual values to the limit. */
    isNearLimit: () =>
      limit !== undefined &&
      ("above" in limit
        ? current > to + 0.75 * (ceiling - to)
        : current < from - 0.75 * (from - floor)),
  };
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
