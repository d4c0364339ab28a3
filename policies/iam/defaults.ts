import type { Statement } from "../../iam";
import type { Whereabouts } from "../stack/location";
import type { Resource } from "../stack/resource";

/** The default policy that AWS applies to a resource without a resource policy. */
export function defaultStatements(
  { type }: Resource,
  { partition, account }: Whereabouts,
): Statement[] {
  switch (type) {
    // https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
    case "aws:sns/topic:Topic":
      return [
        {
          sid: "__default_statement_ID",
          effect: "Allow",
          actions: ["sns:Publish", "sns:Subscribe"],
          resources: ["*"],
          principals: { AWS: ["*"] },
          conditions: { StringEquals: { "aws:SourceOwner": [account] } },
        },
      ];
    // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    case "aws:kms/key:Key":
      return [
        {
          sid: "Enable IAM User Permissions",
          effect: "Allow",
          actions: ["kms:*"],
          resources: ["*"],
          principals: { AWS: [`arn:${partition}:iam::${account}:root`] },
          conditions: {},
        },
      ];
    default:
      return [];
  }
}
