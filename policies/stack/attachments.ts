import { once } from "./once";
import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Stack } from "./stack";

/** A policy that something attaches to a role. */
export interface Attachment {
  by: Resource;
  /** The ARN of the policy. */
  policy: Place;
  /** The name of the role, or its ARN; nothing where the role itself says so. */
  role?: Place;
}

/** Where each type names policies, and the roles that it attaches them to. */
const places: Record<string, { policies: string; roles: string[] }> = {
  "aws:iam/policyAttachment:PolicyAttachment": { policies: "policyArn", roles: ["roles"] },
  "aws:iam/role:Role": { policies: "managedPolicyArns", roles: [] },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { policies: "policyArn", roles: ["role"] },
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": {
    policies: "policyArns",
    roles: ["roleName"],
  },
};

/** Everything that attaches a policy, whichever resource says so, one entry for each policy and role. */
export const attachmentsIn = once((stack: Stack): Attachment[] =>
  Object.entries(places).flatMap(([type, { policies, roles }]) =>
    stack.of(type).flatMap((by) => {
      const named = roles.flatMap((input) => each(by.inputs.at(input)));
      return each(by.inputs.at(policies)).flatMap((policy): Attachment[] =>
        roles.length === 0 ? [{ by, policy }] : named.map((role) => ({ by, policy, role })),
      );
    }),
  ),
);

/** The items of a list, or the one value; a list that is not known yet stands for its items. */
function each(place: Place): Place[] {
  if (!place.given) return [];
  const items = place.members();
  return items.length > 0 ? items : [place];
}
