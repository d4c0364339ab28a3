import { sentBy } from "../../iam";
import type { Access, Refusal } from "../iam/access";
import type { Deliverer } from "./deliverers";
import type { Whereabouts } from "./location";
import { isAwsKey, keyIn } from "./keys";
import { physicalName } from "./names";
import type { Resource } from "./resource";
import type { Stack } from "./model";

/** A use of a queue or topic that may be encrypted. */
export interface EncryptedUse {
  deliverer: Exclude<Deliverer, undefined>;
  /** The calls that it makes with the key. */
  actions: string[];
  to: Resource;
  where: Whereabouts;
}

/** Reports why a role or service cannot use the customer managed key of a queue or topic. */
export function keyObstacles(
  stack: Stack,
  access: Access,
  { deliverer, actions, to, where }: EncryptedUse,
): Refusal[] {
  const place = to.inputs.at("kmsMasterKeyId");
  if (isAwsKey(place))
    return "service" in deliverer
      ? [{ sentence: `the AWS managed key that encrypts '${to.name}' allows no service` }]
      : [];
  const used = keyIn(stack, to, place);
  if (!used) return [];
  const { key, aliases } = used;
  const { partition, region, account } = where;
  const arn = key.inputs.at("arn").peek() ?? `arn:${partition}:kms:${region}:${account}:key/key`;
  const service = to.type === topicType ? "sns" : "sqs";
  const name = physicalName(to) ?? to.name;
  const context = {
    "kms:ResourceAliases": aliases,
    "kms:ViaService": `${service}.${region}.amazonaws.com`,
    "kms:CallerAccount": account,
    [encryptionContext[service]]: `arn:${partition}:${service}:${region}:${account}:${name}`,
  };
  return actions.flatMap((action) => {
    const asked = { deliverer, action, arn, resource: key, context };
    const refusal = access.refusal(asked);
    if (!refusal || refusal.unless || !("service" in deliverer)) return refusal ?? [];
    if (!isUndocumented(deliverer.service, action, to)) return refusal;
    const sources = { "aws:SourceArn": deliverer.source, "aws:SourceAccount": account };
    return access.refusal({ ...asked, context: { ...sources, ...context } })
      ? refusal
      : {
          ...refusal,
          unless: {
            why: `AWS does not document which condition keys ${deliverer.service} sends to the key of a queue`,
            isNoted: false,
          },
        };
  });
}

/** True if AWS documents the condition keys that a service sends to the keys of topics, but not to those of queues. */
const isUndocumented = (service: string, action: string, { type }: Resource): boolean =>
  sentBy(service, action)?.of === "topics" && type !== topicType;

const topicType = "aws:sns/topic:Topic";

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html#sse-encryption-context */
const encryptionContext = {
  sns: "kms:EncryptionContext:aws:sns:topicArn",
  sqs: "kms:EncryptionContext:aws:sqs:arn",
};
