import { defaultPolicyOf, type Statement } from "../../iam";
import type { Whereabouts } from "../stack/location";
import type { Resource } from "../stack/resource";

/** The parts of an ARN that covers all resources of a type. */
const anyOf = new Map([
  ["aws:sns/topic:Topic", { service: "sns", resource: "*" }],
  ["aws:kms/key:Key", { service: "kms", resource: "key/*" }],
]);

/** The statements that AWS applies to a resource without a resource policy. The resource may have no name yet, so they cover its type. */
export function defaultStatements(
  { type }: Resource,
  { partition, account }: Whereabouts,
): Statement[] {
  const any = anyOf.get(type);
  const policy =
    any && defaultPolicyOf(`arn:${partition}:${any.service}:*:${account}:${any.resource}`);
  return policy?.statements ?? [];
}
