import type { Statement } from "../../iam";
import { documentsIn } from "../iam/documents";
import { managedActions, managedName } from "../iam/managed";
import { attachmentsIn } from "./attachments";
import { once } from "./once";
import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Stack } from "./model";

/** Why a decision is not final: a document that is not known here may allow more. */
export interface Unless {
  /** The end of a sentence. */
  why: string;
  /** True if the cause is an input that is not known yet, which the pack reports separately. */
  isNoted: boolean;
}

/** The permissions of a role, as far as the stack defines them. */
export interface Permissions {
  statements: Statement[];
  /** Undefined if the stack defines all permissions of the role. */
  unless?: Unless;
}

const rolePolicy = "aws:iam/rolePolicy:RolePolicy";

/** By role: its inline policies, its role policies, and the policies that are attached to it. */
export const permissionsIn = once((stack: Stack): ((role: Resource) => Permissions) => {
  const byRole = new Map<Resource | undefined, Permissions>();
  const of = (role: Resource | undefined): Permissions => {
    let found = byRole.get(role);
    if (!found) byRole.set(role, (found = { statements: [] }));
    return found;
  };
  const open = (role: Resource | undefined, unless: Unless): void => {
    const found = of(role);
    // A reason that no other line reports takes precedence.
    if (!found.unless || found.unless.isNoted) found.unless = unless;
  };
  const read = (role: Resource | undefined, holder: Resource): void => {
    for (const { statements, isUnknown } of documentsIn(holder, "identity")) {
      of(role).statements.push(...statements);
      if (isUnknown)
        open(role, { why: `a document of '${holder.name}' is not known`, isNoted: true });
    }
  };
  for (const role of stack.of("aws:iam/role:Role")) read(role, role);
  for (const policy of stack.of(rolePolicy)) {
    const place = policy.inputs.at("role");
    const role = stack.referredTo(policy, place, "role");
    if (role) read(role, policy);
    // Roles outside this stack are not evaluated. A role that is not known may be any role.
    else if (!place.isKnown()) open(undefined, ofAny(policy));
  }
  for (const { by, policy, role: place } of attachmentsIn(stack)) {
    const role = place ? stack.referredTo(by, place, "role") : by;
    if (!role) {
      if (!place?.isKnown()) open(undefined, ofAny(by));
      continue;
    }
    const name = managedName(policy.peek());
    const own = name === undefined ? stack.referredTo(by, policy, "managed policy") : undefined;
    const actions = name && managedActions(name);
    if (actions) of(role).statements.push(onEverything(actions));
    else if (own) read(role, own);
    else open(role, { why: outside(by, name, policy), isNoted: false });
  }
  const any = byRole.get(undefined)?.unless;
  return (role) => {
    const { statements, unless = any } = of(role);
    return { statements, unless };
  };
});

const ofAny = ({ name }: Resource): Unless => ({
  why: `the role of '${name}' is not known`,
  isNoted: true,
});

const onEverything = (actions: readonly string[]): Statement => ({
  effect: "Allow",
  actions: [...actions],
  resources: ["*"],
  conditions: {},
});

function outside(by: Resource, name: string | undefined, policy: Place): string {
  if (name !== undefined)
    return `the permissions of the AWS managed policy ${name} are not listed in this pack`;
  const text = policy.peek();
  return text === undefined
    ? `'${by.name}' attaches a policy that is not known before the update`
    : `${text}, which '${by.name}' attaches, is not in this stack`;
}
