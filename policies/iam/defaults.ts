import { defaultPolicyOf, type Statement } from "../../iam";
import type { Whereabouts } from "../stack/location";
import type { Resource } from "../stack/resource";

/** The statements that AWS applies to a resource without a resource policy. The resource may have no name yet, so they cover its type. */
export function defaultStatements(
  { type }: Resource,
  { partition, account }: Whereabouts,
): Statement[] {
  const everyTopic = `arn:${partition}:sns:*:${account}:*`;
  const everyKey = `arn:${partition}:kms:*:${account}:key/*`;
  switch (type) {
    case "aws:sns/topic:Topic":
      return defaultPolicyOf(everyTopic)?.statements ?? [];
    case "aws:kms/key:Key":
      return defaultPolicyOf(everyKey)?.statements ?? [];
    default:
      return [];
  }
}
