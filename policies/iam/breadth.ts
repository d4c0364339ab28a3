import { matchesPattern, type Conditions } from "../../iam";
import { arnParts, type ArnParts } from "../stack/names";
import type { Action } from "./actions";

/** Actions with an optional resource type, for which `*` is correct unless that type is used. */
const optional = new Set([
  // Metrics outside a dataset have no ARN.
  "cloudwatch:GetMetricData",
  "cloudwatch:ListMetrics",
  "cloudwatch:PutMetricData",
  // Models that AWS trained have no ARN.
  "comprehend:DetectEntities",
  "rekognition:DetectModerationLabels",
  // Text without a lexicon or terminology has no ARN.
  "polly:StartSpeechSynthesisTask",
  "polly:SynthesizeSpeech",
  "translate:TranslateText",
]);

/** Returns true if the action cannot be limited to a resource and accepts only `*`. */
export const takesEverythingOnly = ({ name, types }: Action): boolean =>
  types.length === 0 || (types.every(({ required }) => !required) && optional.has(name));

/** Returns true if a pattern covers every resource of every kind. */
export const coversEverything = (pattern: string): boolean => {
  const service = arnParts(pattern)?.service;
  return service === undefined
    ? matchesPattern(pattern, "arn:x:x:x:x:x")
    : matchesPattern(service, "~");
};

/** Resources whose name AWS generates at creation, so that a statement cannot contain the name. */
const nameless = new Set(["ec2:network-interface"]);

/**
 * Actions that AWS judges against all alarms when the request names none, such as one that lists by a prefix.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/permissions-reference-cw.html
 */
const listing = new Set(["cloudwatch:DescribeAlarms"]);

/** The resource types of an action of which a pattern covers every resource, independent of its name. */
export function typesCovered(pattern: string, { name, types }: Action): string[] {
  const given = arnParts(pattern);
  if (!given || (listing.has(name) && isAllAlarms(pattern))) return [];
  const service = name.replace(/:.*/, "");
  return types
    .filter((type) => !nameless.has(`${service}:${type.name}`))
    .filter(({ arn }) => {
      // An improbable name: a pattern that matches it matches every name.
      const any = arnParts(arn.replace(/\$\{\w+\}/g, "~"));
      return (
        any !== undefined &&
        !isSingle(any) &&
        alikeIn("region", given, any) &&
        alikeIn("account", given, any) &&
        matchesPattern(given.service, any.service) &&
        matchesPattern(given.resource, any.resource)
      );
    })
    .map((type) => type.name);
}

/** Returns true for a resource of which an account and region have one, such as the catalog of AWS Glue: its ARN has no name. */
const isSingle = ({ resource }: ArnParts): boolean => !resource.includes("~");

/** Some ARNs have no region or account. A pattern without one does not match an ARN with one. */
const alikeIn = (part: "region" | "account", given: ArnParts, any: ArnParts): boolean =>
  any[part] === "" ? matchesPattern(given[part], "") : given[part] !== "";

/** Condition keys that select resources within an ARN pattern by tag, alias, encryption context or cluster. */
const picking =
  /^([^:]+:ResourceTag\/.+|kms:ResourceAliases|kms:EncryptionContext:.+|ecs:cluster)$/i;

/** Returns true if a condition selects specific resources among those that the statement covers. */
export const picksResources = (conditions: Conditions): boolean =>
  required(conditions).some(([key, values]) => picking.test(key) && values.every(isNamed));

/** Returns true for operators that require the key to be present with one of the values. */
export const isRequiring = (operator: string): boolean =>
  /^(ForAnyValue:)?(String(Equals|Like|EqualsIgnoreCase)|Arn(Equals|Like))$/.test(operator);

/** The keys that a request must contain to meet the conditions, as written, each with its allowed values. */
export const required = (conditions: Conditions): [key: string, values: string[]][] =>
  Object.entries(conditions)
    .filter(([operator]) => isRequiring(operator))
    .flatMap(([, keys]) => Object.entries(keys));

/** The allowed values of such a key, for each condition on it. IAM compares keys without case. */
export const requiredOf = (conditions: Conditions, key: string): string[][] =>
  required(conditions)
    .filter(([name]) => name.toLowerCase() === key.toLowerCase())
    .map(([, values]) => values);

/** Returns true if a condition limits a key to such values. A request must meet all conditions, so one condition is sufficient. */
export const limits = (
  conditions: Conditions,
  key: string,
  isNarrow: (value: string) => boolean,
): boolean => requiredOf(conditions, key).some((values) => values.every(isNarrow));

/**
 * Returns true for a pattern of all alarms of one account, which the topic policy in the AWS documentation allows.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export const isAllAlarms = (source: string): boolean =>
  /^arn:[^:]*:cloudwatch:[^:]*:\d{12}:alarm:\*$/.test(source);

/** Returns true if a value contains part of a name; `*`, `alias/*` and `arn:aws:ecs:*:*:cluster/*` do not. */
export const isNamed = (value: string): boolean =>
  !/^(alias\/|arn:([^:]*:){0,4}([^:/]+[:/])?)?[*?]+$/.test(value);
