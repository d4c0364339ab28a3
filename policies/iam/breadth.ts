import { matchesPattern, type Conditions } from "../../iam";
import { arnParts, type ArnParts } from "../stack/names";
import type { Action } from "./actions";

/** Actions of which a resource type is optional, and `*` is right as long as that type is not used. */
const optional = new Set([
  // Metrics outside a dataset have no ARN.
  "cloudwatch:GetMetricData",
  "cloudwatch:ListMetrics",
  "cloudwatch:PutMetricData",
  // Nor has a model that AWS trained.
  "comprehend:DetectEntities",
  "rekognition:DetectModerationLabels",
  // Nor has a text without a lexicon or terminology.
  "polly:StartSpeechSynthesisTask",
  "polly:SynthesizeSpeech",
  "translate:TranslateText",
]);

/** True if the action cannot be limited to a resource, so that `*` is all one can write. */
export const takesEverythingOnly = ({ name, types }: Action): boolean =>
  types.length === 0 || (types.every(({ required }) => !required) && optional.has(name));

/** True if a pattern covers every resource of every kind. */
export const coversEverything = (pattern: string): boolean => {
  const service = arnParts(pattern)?.service;
  return service === undefined
    ? matchesPattern(pattern, "arn:x:x:x:x:x")
    : matchesPattern(service, "~");
};

/** Resources that AWS names only when it makes them, so that a statement cannot name them before. */
const nameless = new Set(["ec2:network-interface"]);

/** The resource types of an action that a pattern covers as a whole, whatever the resource is called. */
export function typesCovered(pattern: string, { name, types }: Action): string[] {
  const given = arnParts(pattern);
  if (!given) return [];
  const service = name.replace(/:.*/, "");
  return types
    .filter((type) => !nameless.has(`${service}:${type.name}`))
    .filter(({ arn }) => {
      // An unlikely name: a pattern that matches it matches every name.
      const any = arnParts(arn.replace(/\$\{\w+\}/g, "~"));
      return (
        any !== undefined &&
        alikeIn("region", given, any) &&
        alikeIn("account", given, any) &&
        matchesPattern(given.service, any.service) &&
        matchesPattern(given.resource, any.resource)
      );
    })
    .map((type) => type.name);
}

/** Some ARNs have no region or no account; those that have one are never meant by those that have none. */
const alikeIn = (part: "region" | "account", given: ArnParts, any: ArnParts): boolean =>
  any[part] === "" ? matchesPattern(given[part], "") : given[part] !== "";

/** Conditions that pick resources out of those that an ARN pattern covers, by their tags, aliases or cluster. */
const picking = /^([^:]+:ResourceTag\/.+|kms:ResourceAliases|ecs:cluster)$/i;

/** True if a condition picks single resources out of those that the statement covers. */
export const picksResources = (conditions: Conditions): boolean =>
  required(conditions).some(([key, values]) => picking.test(key) && values.every(isNamed));

/** True for operators that need the key to be there and to have one of the values. */
export const isRequiring = (operator: string): boolean =>
  /^(ForAnyValue:)?(String(Equals|Like|EqualsIgnoreCase)|Arn(Equals|Like))$/.test(operator);

/** The keys that a request must have to meet conditions, as they are written, each with the values that it may have. */
export const required = (conditions: Conditions): [key: string, values: string[]][] =>
  Object.entries(conditions)
    .filter(([operator]) => isRequiring(operator))
    .flatMap(([, keys]) => Object.entries(keys));

/** What such a key may be, by each condition on it; IAM compares keys without regard to case. */
export const requiredOf = (conditions: Conditions, key: string): string[][] =>
  required(conditions)
    .filter(([name]) => name.toLowerCase() === key.toLowerCase())
    .map(([, values]) => values);

/** True if a condition leaves a request only such values of a key. All conditions have to be met, so one is enough. */
export const limits = (
  conditions: Conditions,
  key: string,
  isNarrow: (value: string) => boolean,
): boolean => requiredOf(conditions, key).some((values) => values.every(isNarrow));

/**
 * True of all alarms of one account, which AWS's own example of a topic's policy admits.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export const isAllAlarms = (source: string): boolean =>
  /^arn:[^:]*:cloudwatch:[^:]*:\d{12}:alarm:\*$/.test(source);

/** True if a value has some part of a name; `*`, `alias/*` and `arn:aws:ecs:*:*:cluster/*` have none. */
export const isNamed = (value: string): boolean =>
  !/^(alias\/|arn:([^:]*:){0,4}([^:/]+[:/])?)?[*?]+$/.test(value);
