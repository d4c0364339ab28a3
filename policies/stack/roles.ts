import { isNamedBy, matchesPattern, type Statement } from "../../iam";
import { called, documentsIn, grantsIn, typesWithDocuments } from "../iam/documents";
import { managedName } from "../iam/managed";
import { attachmentsIn, type Attachment } from "./attachments";
import { nameInArn, nameOf, type Name } from "./names";
import { once } from "./once";
import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Stack } from "./model";

/** One statement of a role and its location. */
export interface RoleStatement {
  statement: Statement;
  /** The name of the statement in messages. */
  called: string;
  holder: Resource;
}

const rolePolicy = "aws:iam/rolePolicy:RolePolicy";

/** All statements that the stack defines for each role, in any resource. */
export const statementsByRole = once((stack: Stack): Map<Resource, RoleStatement[]> => {
  const byRole = new Map<Resource, RoleStatement[]>();
  const add = (role: Resource | undefined, holder: Resource): void => {
    if (role) byRole.set(role, [...(byRole.get(role) ?? []), ...statementsIn(holder)]);
  };
  for (const role of stack.of("aws:iam/role:Role")) add(role, role);
  for (const policy of stack.of(rolePolicy))
    add(stack.referredTo(policy, policy.inputs.at("role"), "role"), policy);
  for (const attachment of attachmentsIn(stack)) {
    const policy = attachedPolicy(stack, attachment);
    if (policy) add(roleOf(stack, attachment), policy);
  }
  return byRole;
});

const statementsIn = (holder: Resource): RoleStatement[] =>
  documentsIn(holder, "identity").flatMap(({ statements }) =>
    statements.map((statement, index) => ({
      statement,
      called: `${called(statement, index)} of '${holder.name}'`,
      holder,
    })),
  );

/** The policy of the stack that is attached. An AWS managed policy may have the same name as a policy of the stack. */
function attachedPolicy(stack: Stack, { by, policy }: Attachment): Resource | undefined {
  if (managedName(policy.peek()) !== undefined) return undefined;
  return stack.referredTo(by, policy, "managed policy");
}

const roleOf = (stack: Stack, { by, role }: Attachment): Resource | undefined =>
  role ? stack.referredTo(by, role, "role") : by;

/** A resource that uses a role, and the input that names the role. */
export interface RoleUser {
  user: Resource;
  place: Place;
}

/** Returns true for all types except those that name roles only to grant them permissions or to allow them access. */
const users = /^aws:(?!iam|kms|lambda\/permission)/;
const instanceProfile = "aws:iam/instanceProfile:InstanceProfile";

/** The users of each role: all resources that name it by ARN in any input other than a policy document. No list of inputs is required. */
export const usersByRole = once((stack: Stack): Map<Resource, RoleUser[]> => {
  const byRole = new Map<Resource, RoleUser[]>();
  const add = (user: Resource, places: Place[]): void => {
    const seen = new Set<Resource>();
    for (const place of places) {
      const role = stack.referredTo(user, place, "role");
      if (!role || seen.has(role)) continue;
      seen.add(role);
      byRole.set(role, [...(byRole.get(role) ?? []), { user, place }]);
    }
  };
  for (const user of stack.resources)
    if (users.test(user.type)) add(user, placesOfRoles(user.inputs));
    else if (user.type === instanceProfile) add(user, [user.inputs.at("role")]);
  return byRole;
});

const roleArn = /^arn:[^:]*:iam::\d{12}:role\//;

/** Inputs that name a role without using it: policies allow it access, and code reads it from variables to assume or pass it. */
const mentions = /polic(y|ies|yDocument)$|^(environment|tags|tagsAll)$/i;

/** The places that contain the ARN of a role, and those whose value was derived from a role and is not known yet. */
const placesOfRoles = once((inputs: Place): Place[] =>
  inputs
    .members()
    .filter(({ path }) => !mentions.test(path))
    .flatMap((input) =>
      input.leaves().filter((one) => one.isUnknown || roleArn.test(one.peek() ?? "")),
    ),
);

/** The places in each input that contain the ARN of a role or policy, or a value that is not known yet. */
const placesInIam = once((inputs: Place): { input: Place; place: Place }[] =>
  inputs.members().flatMap((input) =>
    input
      .leaves()
      .filter((place) => place.isUnknown || iamArn.test(place.peek() ?? ""))
      .map((place) => ({ input, place })),
  ),
);

const iamArn = /^arn:[^:]*:iam::\d{12}:(role|policy)\//;

/**
 * The roles and policies that any input in the stack uses: a role that a statement allows to be passed, or that an instance profile, a
 * variable or a resource of another provider names; a policy of a user or a permissions boundary.
 */
export const usedInIam = once((stack: Stack): Set<Resource> => {
  const used = new Set<Resource>([...usersByRole(stack).keys()]);
  for (const resource of stack.resources) {
    const givesPermissions = grants.has(resource.type);
    for (const { input, place } of placesInIam(resource.inputs)) {
      const found = place.isUnknown
        ? resource.sourcesOf(input.path)
        : [named(stack, place.peek() ?? "") ?? []].flat();
      // A grant of permissions does not use the role. It does use the policy that it attaches.
      for (const one of found)
        if (one !== resource && !(givesPermissions && one.type === role)) used.add(one);
    }
  }
  for (const passed of passedIn(stack)) used.add(passed);
  return used;
});

const role = "aws:iam/role:Role";
const grants = new Set([
  rolePolicy,
  "aws:iam/policyAttachment:PolicyAttachment",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
  "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
]);

const named = (stack: Stack, text: string): Resource | undefined => {
  const name = nameInArn(text);
  return name && stack.named(name);
};

/** The roles that statements of the stack allow to be passed or assumed, including statements that are not known yet. */
function passedIn(stack: Stack): Resource[] {
  const roles = stack.of(role);
  return stack.of(...typesWithDocuments("identity")).flatMap((holder) => {
    const later = documentsIn(holder, "identity")
      .filter(({ isUnknown }) => isUnknown)
      .flatMap(({ place }) => holder.sourcesOf(place.input));
    const patterns = grantsIn(holder, "identity")
      .filter(({ statement }) => handsOn(statement.actions))
      .flatMap(({ statement }) => statement.resources.map(nameInArn));
    return [...later, ...roles.filter((one) => patterns.some((name) => isMatched(one, name)))];
  });
}

function isMatched(one: Resource, pattern: Name | undefined): boolean {
  const name = nameOf(one);
  return name !== undefined && pattern !== undefined && matchesPattern(pattern, name);
}

const handsOn = (actions: string[]): boolean =>
  ["iam:PassRole", "sts:AssumeRole"].some((action) => isNamedBy(actions, action));
