import { isObject, parseJson, type Json } from "../json";
import { compilePattern } from "./event-pattern";

/** The filter criteria of an event source mapping or of a pipe's source. */
export interface FilterCriteria {
  filters?: { pattern?: string }[];
}

/** The field of a record that holds the data of its sender. */
export interface DataField {
  name: "body" | "data" | "dynamodb";
  /** True if plain text may be filtered, which is so for a queue's messages only. */
  textual: boolean;
}

/** Returns whether a record passes. Its data field is JSON if the sender sent JSON, otherwise a string. */
export type Passes = (record: Record<string, Json>) => boolean;

/** The most filters that Lambda and Pipes take. */
const mostFilters = 5;

/**
 * Compiles filter criteria: a record passes if one of the filters matches. If one of record and filter has JSON as data and the other
 * has not, the record is dropped. Throws one sentence for criteria that AWS refuses.
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
