import { once } from "./once";
import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Stack } from "./model";

/** A policy that a resource attaches to a role. */
export interface Attachment {
  by: Resource;
  /** The ARN of the policy. */
  policy: Place;
  /** The name or ARN of the role; undefined if the role itself attaches the policy. */
  role?: Place;
}

/** The inputs in which each type names policies and the roles to which it attaches them. */
const places: Record<string, { policies: string; roles: string[] }> = {
  "aws:iam/policyAttachment:PolicyAttachment": { policies: "policyArn", roles: ["roles"] },
  "aws:iam/role:Role": { policies: "managedPolicyArns", roles: [] },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { policies: "policyArn", roles: ["role"] },
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": {
    policies: "policyArns",
    roles: ["roleName"],
  },
};

/** All attachments of policies in the stack, one entry for each policy and role. */
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

/** The items of a list, or the single value. A list that is not known yet represents its items. */
function each(place: Place): readonly Place[] {
  if (!place.given) return [];
  const items = place.members();
  return items.length > 0 ? items : [place];
}
