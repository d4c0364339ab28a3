import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import type { Clients } from "../../aws/clients";

/** The workflows that the program has created. */
export interface Workflows {
  add(stateMachineArn: string): void;
  /** Counts the executions that have not ended; the emulator reports their end to nothing. */
  running(): Promise<number>;
}

export function createWorkflows(clients: Clients): Workflows {
  const arns = new Set<string>();
  const runningOf = async (stateMachineArn: string): Promise<number> => {
    const { executions = [] } = await clients
      .get(SFNClient)
      .send(new ListExecutionsCommand({ stateMachineArn, statusFilter: "RUNNING" }));
    return executions.length;
  };
  return {
    add: (arn) => void arns.add(arn),
    async running() {
      const counts = await Promise.all([...arns].map(runningOf));
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}
