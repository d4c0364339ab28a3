import { evaluate } from "../../iam";
import type { Clients } from "../aws/clients";
import { rolePolicies } from "./identity-policies";

export interface RoleRequest {
  roleArn: string;
  actions: string[];
  resource: string;
}

/** Rejects with one sentence unless a role's policies allow every action, for what the emulator does not ask, or asks wrongly. */
export async function checkRolePermissions(
  clients: Clients,
  { roleArn, actions, resource }: RoleRequest,
): Promise<void> {
  const { policies, boundary } = await rolePolicies(clients, roleArn.split("/").pop() ?? "");
  for (const documents of boundary ? [policies, boundary] : [policies])
    for (const action of actions) {
      const { allowed, reason } = evaluate({ documents, action, resource });
      if (!allowed) throw Object.assign(new Error(reason), { name: "AccessDenied" });
    }
}

/** AWS asks for these permissions on the stream's ARN, the emulator on the group's: it would refuse a role that AWS accepts. */
export const checkLogPermissions = (
  clients: Clients,
  roleArn: string,
  streamArn: string,
): Promise<void> =>
  checkRolePermissions(clients, {
    roleArn,
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resource: streamArn,
  });
