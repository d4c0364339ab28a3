import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { evaluate, parseDocument } from "../../iam";
import type { Clients } from "../aws/clients";

/**
 * Rejects with one sentence unless a role's inline policies let it write to a log stream. AWS asks for these permissions on the
 * stream's ARN, the emulator on the group's: it would refuse a role that AWS accepts, so it is not asked.
 */
export async function checkLogPermissions(
  clients: Clients,
  roleArn: string,
  streamArn: string,
): Promise<void> {
  const iam = clients.get(IAMClient);
  const RoleName = roleArn.split("/").pop();
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const documents = await Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument = "" } = await iam.send(
        new GetRolePolicyCommand({ RoleName, PolicyName }),
      );
      return parseDocument(decodeURIComponent(PolicyDocument));
    }),
  );
  for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"]) {
    const { allowed, reason } = evaluate({ documents, action, resource: streamArn });
    if (!allowed) throw Object.assign(new Error(reason), { name: "AccessDenied" });
  }
}
