import { randomBytes } from "node:crypto";
import type { BucketInputs } from "./delivery-inputs";
import { formatTime } from "./java-time";

/** The values for the expressions of a prefix. */
export interface PrefixFacts {
  time: Date;
  zone?: string;
  /** For an error prefix. */
  errorType?: string;
  /** The partition keys that the transforming function returned. */
  partitionKeys?: Record<string, string>;
}

const expression = /!\{([A-Za-z]+):([^}]*)\}/g;

/**
 * Evaluates a prefix. The hour is appended to one without expressions. An error prefix that is not set is the prefix, the kind of error
 * and the hour.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 */
export function evaluatePrefix(
  { prefix = "", errorOutputPrefix }: Pick<BucketInputs, "prefix" | "errorOutputPrefix">,
  facts: PrefixFacts,
): string {
  const { errorType } = facts;
  if (errorType === undefined) return fill(withHour(prefix), facts);
  return fill(withHour(errorOutputPrefix ?? `${prefix}!{firehose:error-output-type}/`), facts);
}

const withHour = (prefix: string): string =>
  /!\{timestamp:|!\{partitionKey/.test(prefix) ? prefix : `${prefix}!{timestamp:yyyy/MM/dd/HH}/`;

const fill = (prefix: string, facts: PrefixFacts): string =>
  prefix.replace(expression, (whole, namespace: string, value: string) => {
    if (namespace === "timestamp") return formatTime(value, facts.time, facts.zone);
    if (namespace === "firehose" && value === "random-string")
      return randomBytes(8).toString("hex").slice(0, 11);
    if (namespace === "firehose" && value === "error-output-type") return facts.errorType ?? "";
    const key = facts.partitionKeys?.[value];
    if (key === undefined || key === "")
      throw new Error(`The function returned no partition key '${value}' for ${whole}.`);
    return key;
  });

/** Refuses prefixes that AWS refuses, and keys that only JQ could provide. */
export function checkPrefixes(
  { prefix = "", errorOutputPrefix }: BucketInputs,
  refuse: (what: string) => never,
): void {
  for (const [name, text] of [
    ["prefix", prefix],
    ["errorOutputPrefix", errorOutputPrefix ?? ""],
  ] as const) {
    for (const [whole, namespace, value = ""] of text.matchAll(expression)) {
      if (namespace === "timestamp") formatTime(value, new Date());
      else if (!isKnown(name, namespace ?? "", value))
        refuse(`has '${whole}' in its ${name}, which the local run does not know there.`);
    }
    if (/!\{/.test(text.replace(expression, "")))
      refuse(`has an expression in its ${name} that is not closed: '${text}'.`);
  }
  if (/!\{/.test(prefix) && !errorOutputPrefix)
    refuse("has expressions in its prefix but no errorOutputPrefix; AWS asks for both.");
  if (
    errorOutputPrefix &&
    /!\{/.test(errorOutputPrefix) &&
    !errorOutputPrefix.includes("!{firehose:error-output-type}")
  )
    refuse("has no !{firehose:error-output-type} in its errorOutputPrefix; AWS asks for it.");
}

function isKnown(name: string, namespace: string, value: string): boolean {
  if (namespace === "firehose")
    return value === "random-string" || (value === "error-output-type" && name !== "prefix");
  return namespace === "partitionKeyFromLambda" && name === "prefix";
}
