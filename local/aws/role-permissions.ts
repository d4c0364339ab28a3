import { evaluate } from "../../iam";
import type { Clients } from "./clients";
import { rolePolicies, type IdentityPolicies } from "./identity-policies";

/** One thing that a role wants to do. */
export interface RoleRequest {
  roleArn: string;
  action: string;
  resource: string;
  /** Condition keys that only the service itself knows, such as `events:source`. */
  context?: Record<string, string>;
}

/**
 * Rejects, as `AccessDenied`, unless a role's policies allow an action, and its permissions boundary too if it has one. For what the
 * emulator does not ask, or asks wrongly.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export async function checkRole(clients: Clients, request: RoleRequest): Promise<void> {
  const { policies, isFresh } = await policiesOf(clients, request.roleArn);
  let denial = denialOf(policies, request);
  // What was permitted since counts at once.
  if (denial !== undefined && !isFresh) {
    known.get(clients)?.delete(request.roleArn);
    denial = denialOf((await policiesOf(clients, request.roleArn)).policies, request);
  }
  if (denial !== undefined) throw Object.assign(new Error(denial), { name: "AccessDenied" });
}

function denialOf(
  { policies, boundary }: IdentityPolicies,
  { action, resource, context }: RoleRequest,
): string | undefined {
  const request = { action, resource, context: { "aws:SecureTransport": "true", ...context } };
  return (boundary ? [policies, boundary] : [policies])
    .map((documents) => evaluate({ ...request, documents }))
    .find(({ allowed }) => !allowed)?.reason;
}

/** A change of policies takes seconds to reach AWS's services, so a second here is no less true and saves calls. */
const freshMilliseconds = 1000;

interface Read {
  at: number;
  policies: Promise<IdentityPolicies>;
}

const known = new WeakMap<Clients, Map<string, Read>>();

async function policiesOf(
  clients: Clients,
  roleArn: string,
): Promise<{ policies: IdentityPolicies; isFresh: boolean }> {
  const roles = known.get(clients) ?? new Map<string, Read>();
  known.set(clients, roles);
  const before = roles.get(roleArn);
  if (before && Date.now() - before.at < freshMilliseconds)
    return { policies: await before.policies, isFresh: false };
  const policies = rolePolicies(clients, roleArn.split("/").pop() ?? "");
  roles.set(roleArn, { at: Date.now(), policies });
  policies.catch(() => roles.delete(roleArn));
  return { policies: await policies, isFresh: true };
}
