import * as pulumi from "@pulumi/pulumi";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { firstLimited, numberFields } from "../../reading/measure";
import type { Refusal } from "./settings/setting";

/** What is averaged, and when the average is alarming. */
export interface Measure {
  /** The field that is averaged, a number. @default the first field with an upper limit in reading/fields.ts */
  field?: string;
  /** Only values above it count. @default the limit of the field */
  above?: number;
  /** An alarm fires when an average is above it. @default no alarm */
  alarmAbove?: number;
}

/** Whether reading/fields.ts declares a field as a number. */
export function isNumberField(name: string): boolean {
  return Object.hasOwn(numberFields(), name);
}

/** The fields that can be averaged, in words. */
export function numberFieldsInWords(of: Definition = definition): string {
  const names = Object.keys(numberFields(of)).join(", ");
  return names === ""
    ? "a field with numbers, and reading/fields.ts declares none: declare one there, or take iot-to-analytics out of the setting integrations"
    : `one of ${names}, which reading/fields.ts declares as numbers`;
}

/** ` (80)`, for the text of a setting. */
export function described(
  part: (found: { field: string; above: number }) => string | number,
): string {
  const found = firstLimited();
  return found ? ` (\`${part(found)}\`)` : "";
}

/** The field and the threshold of a measure. Throws one sentence for one that the fields of a reading do not have. */
export function resolved(name: string, measure: Measure): { field: string; above: number } {
  const refusal = refusalOf(measure);
  if (refusal)
    throw new pulumi.RunError(
      `${name}: ${refusal.key} ${refusal.wrong}; it must be ${refusal.wanted}.`,
    );
  const { field = firstLimited()?.field ?? "", above } = measure;
  return { field, above: above ?? limitOf(field) ?? NaN };
}

const limitOf = (field: string): number | undefined => {
  const limit = numberFields()[field]?.limit;
  return limit && "above" in limit ? limit.above : undefined;
};

/** What is wrong with a measure; undefined for nothing. */
export function refusalOf({ field: given, above, alarmAbove }: Measure): Refusal | undefined {
  const field = given ?? firstLimited()?.field;
  const declared = field === undefined ? undefined : numberFields()[field];
  if (field === undefined || !declared) {
    const wanted = numberFieldsInWords();
    return { key: "field", wrong: field === undefined ? "is missing" : `is ${field}`, wanted };
  }
  const threshold = above ?? limitOf(field);
  const { least, most } = declared;
  const within = `a number from ${least} to ${most}, the bounds of ${field}`;
  if (threshold === undefined) return { key: "above", wrong: "is missing", wanted: within };
  if (threshold < least || threshold > most)
    return { key: "above", wrong: `is ${threshold}`, wanted: within };
  if (alarmAbove !== undefined && (alarmAbove < threshold || alarmAbove > most)) {
    const wanted = `a number from ${threshold}, above which values count, to ${most}`;
    return { key: "alarmAbove", wrong: `is ${alarmAbove}`, wanted };
  }
  return undefined;
}
