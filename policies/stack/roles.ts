import { once } from "./once";
import type { Statement } from "../../iam";
import { called, documentsIn } from "../iam/documents";
import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Stack } from "./stack";

/** One statement of a role, and where it stands. */
export interface RoleStatement {
  statement: Statement;
  /** As a sentence names it. */
  called: string;
  holder: Resource;
}

const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const attachments = [
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
];

/** Everything that the roles of a stack may do, whichever resources say so: by role. */
export const statementsByRole = once((stack: Stack): Map<Resource, RoleStatement[]> => {
  const byRole = new Map<Resource, RoleStatement[]>();
  const add = (role: Resource | undefined, holder: Resource): void => {
    if (role) byRole.set(role, [...(byRole.get(role) ?? []), ...statementsIn(holder)]);
  };
  for (const role of stack.of("aws:iam/role:Role")) add(role, role);
  for (const policy of stack.of(rolePolicy))
    add(stack.referredTo(policy, policy.inputs.at("role"), "role"), policy);
  for (const attachment of stack.of(...attachments)) {
    const policy = attachedPolicy(stack, attachment);
    if (policy) for (const role of rolesOf(stack, attachment)) add(role, policy);
  }
  return byRole;
});

/** The policies of the stack that something attaches. */
export const attachedPolicies = (stack: Stack): Set<Resource> =>
  new Set(
    stack.of(...attachments).flatMap((attachment) => attachedPolicy(stack, attachment) ?? []),
  );

const statementsIn = (holder: Resource): RoleStatement[] =>
  documentsIn(holder, "identity").flatMap(({ statements }) =>
    statements.map((statement, index) => ({
      statement,
      called: `${called(statement, index)} of '${holder.name}'`,
      holder,
    })),
  );

/** A policy of AWS's own may be called as one of the stack is; of one that Pulumi names nobody can tell here whether it is meant. */
function attachedPolicy(stack: Stack, attachment: Resource): Resource | undefined {
  const place = attachment.inputs.at("policyArn");
  if (place.peek()?.includes(":iam::aws:")) return undefined;
  return stack.referredTo(attachment, place, "managed policy");
}

const rolesOf = (stack: Stack, attachment: Resource): Resource[] => {
  const { inputs } = attachment;
  return [inputs.at("role"), ...inputs.at("roles").items()].flatMap(
    (place) => stack.referredTo(attachment, place, "role") ?? [],
  );
};

/** A resource that has a role, and where it says so. */
export interface RoleUser {
  user: Resource;
  place: Place;
}

/** All types but those that name roles to give them permissions, or to admit them, not to have them. */
const users = /^aws:(?!iam|kms|lambda\/permission)/;

/** Who has each role: whatever names it by ARN in any of its inputs. So no list of inputs can be incomplete. */
export const usersByRole = once((stack: Stack): Map<Resource, RoleUser[]> => {
  const byRole = new Map<Resource, RoleUser[]>();
  for (const user of stack.resources.filter(({ type }) => users.test(type))) {
    const seen = new Set<Resource>();
    for (const place of placesOfRoles(user.inputs)) {
      const role = stack.referredTo(user, place, "role");
      if (!role || seen.has(role)) continue;
      seen.add(role);
      byRole.set(role, [...(byRole.get(role) ?? []), { user, place }]);
    }
  }
  return byRole;
});

const roleArn = /^arn:[^:]*:iam::\d{12}:role\//;

/** The places that hold the ARN of a role, and those whose value was made from one and is not known yet. */
function placesOfRoles(place: Place): Place[] {
  if (place.isUnknown) return [place];
  const value = place.peek();
  if (typeof value === "string") return roleArn.test(value) ? [place] : [];
  return place.members().flatMap(placesOfRoles);
}
