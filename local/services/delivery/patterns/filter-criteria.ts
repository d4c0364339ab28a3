import { compilePattern } from "./event-pattern";
import { isObject, parseJson, type Json } from "../json";

/** What a mapping's or a pipe's source was declared with. */
export interface FilterCriteria {
  filters?: { pattern?: string }[];
}

/** The field of a record that holds what was sent, and how it looks when it is JSON. */
export interface DataField {
  name: "body" | "data" | "dynamodb";
  /** Only a queue's messages may be filtered as plain text. */
  textual: boolean;
}

/** Whether a record passes; its data field is given as it was sent: JSON if it is JSON, else a string. */
export type Passes = (record: Record<string, Json>) => boolean;

/** Lambda's and Pipes' quota. */
const mostFilters = 5;

/**
 * Compiles filter criteria: a record passes if one of the filters matches. Where record and filter disagree on whether the data is
 * JSON, the record is dropped. Throws one sentence for what AWS refuses.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-event-filtering.html
 */
export function compileFilters(criteria: FilterCriteria | undefined, field: DataField): Passes {
  const patterns = (criteria?.filters ?? []).map(({ pattern = "" }) => pattern);
  if (patterns.length === 0) return () => true;
  if (patterns.length > mostFilters)
    throw new Error(`There are ${patterns.length} filters; AWS takes ${mostFilters}.`);
  const tests = patterns.map((pattern) => compileFilter(pattern, field));
  return (record) => tests.some((test) => test(record));
}

function compileFilter(pattern: string, { name, textual }: DataField): Passes {
  const matches = compilePattern(pattern);
  const parsed = parseJson(pattern);
  const wanted = isObject(parsed) ? parsed[name] : undefined;
  if (Array.isArray(wanted) && !textual)
    throw new Error(`The filter on '${name}' must be a JSON object: ${pattern}`);
  const wantsJson = isObject(wanted);
  return (record) => {
    if (wanted !== undefined && isJson(record[name]) !== wantsJson) return false;
    return matches(record);
  };
}

const isJson = (data: Json | undefined): boolean => typeof data === "object" && data !== null;
