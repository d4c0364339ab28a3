import type { Definition, Field, NumberField } from "./definition";
import { definition } from "./fields";

/** What a field is called in a sentence: its label, else its name in words. */
export const labelOf = (name: string, { label }: Field): string =>
  label ?? name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** `21.5 °C` */
export const withUnit = (value: number, { unit }: NumberField): string =>
  unit === undefined ? `${value}` : `${value} ${unit}`;

/**
 * The values of a reading that a person can take in, each with its unit and label, in the order of the definition: numbers, booleans
 * and words, without the severity and without texts. `71.3 °C`, `40 % humidity`, `doors locked: no`.
 */
export function describeValues(
  reading: object,
  { fields, severity }: Definition = definition,
): string[] {
  const values = reading as Record<string, string | number | boolean | undefined>;
  return Object.entries(fields).flatMap(([name, field]) => {
    const value = values[name];
    if (value === undefined || field.type === "text" || name === severity?.field) return [];
    if (typeof value === "boolean") return [`${labelOf(name, field)}: ${value ? "yes" : "no"}`];
    if (typeof value === "string" || !("least" in field))
      return [`${labelOf(name, field)}: ${value}`];
    const label = field.label ?? (field.unit === undefined ? labelOf(name, field) : undefined);
    return [label === undefined ? withUnit(value, field) : `${withUnit(value, field)} ${label}`];
  });
}

/** What the device says to people; undefined if it says nothing or the definition has no field for it. */
export const remarkOf = (
  reading: object,
  { remark }: Definition = definition,
): string | undefined =>
  remark === undefined ? undefined : (reading as Record<string, string | undefined>)[remark];
