import type { Clients } from "../../aws/clients";
import { checkRole } from "../../aws/role-permissions";

/** AWS checks these permissions on the stream's ARN, the emulator on the group's: it would refuse a role that AWS accepts. */
export async function checkLogPermissions(
  clients: Clients,
  roleArn: string,
  streamArn: string,
): Promise<void> {
  for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"])
    await checkRole(clients, { roleArn, action, resource: streamArn });
}

/** AWS creates its log group with the permissions of the role. */
export const checkGroupPermission = (
  clients: Clients,
  roleArn: string,
  groupArn: string,
): Promise<void> =>
  checkRole(clients, { roleArn, action: "logs:CreateLogGroup", resource: groupArn });
