import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import type { Clients } from "../../aws/clients";

/** How many executions of a workflow are under way; they tell nobody when they end. */
export async function runningExecutions(
  clients: Clients,
  stateMachineArn: string,
): Promise<number> {
  const { executions = [] } = await clients
    .get(SFNClient)
    .send(new ListExecutionsCommand({ stateMachineArn, statusFilter: "RUNNING" }));
  return executions.length;
}
