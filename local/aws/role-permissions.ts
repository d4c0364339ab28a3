import { evaluate } from "../../iam";
import type { Clients } from "./clients";
import { rolePolicies, type IdentityPolicies } from "./identity-policies";
import { createMemory } from "./memory";

/** An action of a role on a resource. */
export interface RoleRequest {
  roleArn: string;
  action: string;
  resource: string;
  /** Condition keys that the service itself sends, such as `events:source`. */
  context?: Record<string, string>;
}

const known = createMemory<IdentityPolicies>();

/** For a policy that has changed; a permission that was removed takes effect at once then. */
export const forgetRole = (clients: Clients, roleArn: string): void =>
  known.forget(clients, roleArn);

const policiesOf = (clients: Clients, roleArn: string): Promise<IdentityPolicies> =>
  rolePolicies(clients, roleArn.split("/").pop() ?? "");

/**
 * Rejects with `AccessDenied` unless a role's policies allow an action, and its permissions boundary too if it has one. For actions
 * that the emulator does not check, or checks wrongly.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export async function checkRole(clients: Clients, request: RoleRequest): Promise<void> {
  const { roleArn } = request;
  const read = () => known.recall(clients, roleArn, () => policiesOf(clients, roleArn));
  const { answer, isFresh } = read();
  let denial = denialOf(await answer, request);
  // A permission that was added since takes effect at once.
  if (denial !== undefined && !isFresh) {
    known.forget(clients, roleArn);
    denial = denialOf(await read().answer, request);
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
