import { matchesPattern, type Conditions } from "../../iam";
import { arnParts, type ArnParts } from "../stack/names";
import type { Action } from "./actions";

/** Actions of which a resource type is optional, and `*` is right as long as that type is not used. */
const optional: Record<string, string> = {
  "cloudwatch:GetMetricData": "metrics outside a dataset have no ARN",
  "cloudwatch:ListMetrics": "metrics outside a dataset have no ARN",
  "cloudwatch:PutMetricData": "metrics outside a dataset have no ARN; limited by namespace",
  "comprehend:DetectEntities": "the pre-trained model has no ARN",
  "polly:StartSpeechSynthesisTask": "a text without a lexicon has no ARN",
  "polly:SynthesizeSpeech": "a text without a lexicon has no ARN",
  "rekognition:DetectModerationLabels": "the pre-trained model has no ARN",
  "translate:TranslateText": "a text without terminology has no ARN",
};

/** True if AWS lets nobody limit this action to a resource, so that `*` is all one can write. */
export const takesEverythingOnly = ({ name, types }: Action): boolean =>
  types.length === 0 || (types.every(({ required }) => !required) && Object.hasOwn(optional, name));

/** True if a pattern covers every resource of every kind. */
export const coversEverything = (pattern: string): boolean => {
  const service = arnParts(pattern)?.service;
  return service === undefined
    ? matchesPattern(pattern, "arn:x:x:x:x:x")
    : matchesPattern(service, "~");
};

/** Resources that AWS names only when it makes them, so that a statement cannot name them before. */
const nameless = new Set(["ec2 network-interface"]);

/** The resource types of an action that a pattern covers as a whole, whatever the resource is called. */
export function typesCovered(pattern: string, { name, types }: Action): string[] {
  const given = arnParts(pattern);
  if (!given) return [];
  const [service = ""] = name.split(":");
  return types
    .filter((type) => !nameless.has(`${service} ${type.name}`))
    .filter(({ arn }) => {
      // A name that nobody would choose: what matches it matches every name.
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
const picking =
  /^(aws:ResourceTag\/.+|[a-z0-9-]+:ResourceTag\/.+|kms:ResourceAliases|ecs:cluster)$/i;

/** True if a condition picks single resources out of those that the statement covers. */
export const picksResources = (conditions: Conditions): boolean =>
  Object.entries(conditions).some(
    ([operator, keys]) =>
      isRequiring(operator) && Object.keys(keys).some((key) => picking.test(key)),
  );

/** True for operators that need the key to be there and to have one of the values. */
export const isRequiring = (operator: string): boolean =>
  /^(ForAnyValue:)?(String(Equals|Like|EqualsIgnoreCase)|Arn(Equals|Like))$/.test(operator);
