import { ListExecutionsCommand, SFNClient, type ExecutionStatus } from "@aws-sdk/client-sfn";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { countNow } from "./metrics";
import type { MetricWatch } from "./watch";

/** The status of executions that each metric counts. */
const statuses: Record<string, ExecutionStatus> = {
  ExecutionsFailed: "FAILED",
  ExecutionsAborted: "ABORTED",
};

/** Puts the metrics that Step Functions reports of the workflows that alarms watch; each execution counts once. */
export type PutWorkflowMetrics = (watches: MetricWatch[]) => Promise<void>;

/**
 * The emulator does not report the end of executions, so they are listed.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
export function createWorkflowMetrics(clients: Clients, trace: Trace): PutWorkflowMetrics {
  const counted = new Set<string>();

  async function ended(stateMachineArn: string, statusFilter: ExecutionStatus): Promise<number> {
    let fresh = 0;
    let nextToken: string | undefined;
    do {
      const page = await clients
        .get(SFNClient)
        .send(new ListExecutionsCommand({ stateMachineArn, statusFilter, nextToken }));
      for (const { executionArn = "" } of page.executions ?? []) {
        if (counted.has(executionArn)) continue;
        counted.add(executionArn);
        fresh += 1;
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return fresh;
  }

  return async (watches) => {
    for (const { namespace, metricName, dimensions } of watches) {
      const { StateMachineArn } = dimensions;
      const status = statuses[metricName];
      if (namespace !== "AWS/States" || StateMachineArn === undefined || !status) continue;
      const fresh = await ended(StateMachineArn, status);
      if (fresh > 0)
        await countNow({ clients, trace, namespace, dimensions }, { [metricName]: fresh });
    }
  };
}
