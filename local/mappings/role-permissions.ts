import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";
import { evaluate, parseDocument } from "../../iam";
import type { Clients } from "../aws/clients";

/** One thing that a role wants to do. */
export interface RoleRequest {
  roleArn: string;
  action: string;
  resource: string;
  /** Condition keys that only the service itself knows, such as `events:source`. */
  context?: Record<string, string>;
}

/**
 * Rejects, as `AccessDenied`, unless a role's policies allow an action. For calls whose condition keys the emulator does not know: it
 * would refuse a role that AWS accepts. Permission boundaries are left out.
 */
export async function checkRole(clients: Clients, request: RoleRequest): Promise<void> {
  const { roleArn, action, resource, context = {} } = request;
  const documents = (await policiesOf(clients, roleArn)).map((text) => parseDocument(text));
  const decision = evaluate({
    documents,
    action,
    resource,
    context: { "aws:SecureTransport": "true", ...context },
  });
  if (!decision.allowed) throw Object.assign(new Error(decision.reason), { name: "AccessDenied" });
}

/** A change of policies takes seconds to reach AWS's services, so a second here is no less true and saves calls. */
const freshMilliseconds = 1000;

const known = new WeakMap<Clients, Map<string, { at: number; policies: Promise<string[]> }>>();

function policiesOf(clients: Clients, roleArn: string): Promise<string[]> {
  const roles =
    known.get(clients) ?? new Map<string, { at: number; policies: Promise<string[]> }>();
  known.set(clients, roles);
  const fresh = roles.get(roleArn);
  if (fresh && Date.now() - fresh.at < freshMilliseconds) return fresh.policies;
  const policies = readPolicies(clients, roleArn);
  roles.set(roleArn, { at: Date.now(), policies });
  policies.catch(() => roles.delete(roleArn));
  return policies;
}

async function readPolicies(clients: Clients, roleArn: string): Promise<string[]> {
  const iam = clients.get(IAMClient);
  const RoleName = roleArn.split("/").pop();
  const [{ PolicyNames = [] }, { AttachedPolicies = [] }] = await Promise.all([
    iam.send(new ListRolePoliciesCommand({ RoleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
  ]);
  const inline = PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    return PolicyDocument;
  });
  const attached = AttachedPolicies.map(async ({ PolicyArn }) => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
    );
    return PolicyVersion?.Document;
  });
  const documents = await Promise.all([...inline, ...attached]);
  return documents.map((document = "{}") => decodeURIComponent(document));
}
