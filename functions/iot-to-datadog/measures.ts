import type { Definition, Field } from "../../reading/definition";
import { definition } from "../../reading/fields";
import type { Reading } from "../../reading/reading";
import { levelOf, type Level } from "../../reading/severity";
import { datadogUnit } from "./units";

/** A number that every reading has, unless it lacks an optional field. */
export interface Measure {
  /** The last part of the metric's name. */
  name: string;
  /** In Datadog's words. */
  unit?: string;
  /** Returns undefined for a reading without the number. */
  of: (reading: Reading) => number | undefined;
}

/** The metric of a reading's level: 0, 1 for a warning, 2 for a critical reading. */
const severityName = "severity";
const levels: Record<Level, number> = { good: 0, warning: 1, critical: 2 };

/** Returns what readings measure: numbers with their units, booleans as 0 and 1, and how serious a reading is. */
export function measuresOf(of: Definition = definition): Measure[] {
  const fields = Object.entries(of.fields).flatMap(([name, field]): Measure[] => {
    if (!isMeasured(field)) return [];
    const unit = datadogUnit("unit" in field ? field.unit : undefined);
    const read = (reading: Reading): number | undefined => {
      const value = (reading as unknown as Record<string, number | boolean | undefined>)[name];
      return value === undefined ? undefined : Number(value);
    };
    return [{ name, ...(unit !== undefined && { unit }), of: read }];
  });
  if (!of.severity || Object.keys(of.fields).includes(severityName)) return fields;
  const severity = (reading: Reading): number => levels[levelOf(reading, of) ?? "good"];
  return [...fields, { name: severityName, of: severity }];
}

const isMeasured = ({ type }: Field): boolean =>
  type === "number" || type === "integer" || type === "boolean";
