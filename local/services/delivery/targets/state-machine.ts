import {
  DescribeStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { Caller } from "./target";

/** Starts an execution without waiting for its end. */
export async function startExecution(
  { clients, credentials }: Caller,
  stateMachineArn: string,
  input: string,
): Promise<void> {
  await clients
    .get(SFNClient, await credentials())
    .send(new StartExecutionCommand({ stateMachineArn, input }));
}

/** Runs an express workflow and returns its output; rejects if it did not succeed. */
export async function runExpress(
  { clients, credentials }: Caller,
  stateMachineArn: string,
  input: string,
): Promise<string> {
  const { type } = await clients
    .get(SFNClient)
    .send(new DescribeStateMachineCommand({ stateMachineArn }));
  if (type !== "EXPRESS")
    throw new Error(
      `${stateMachineArn} is a standard workflow, and a target can wait for an express workflow only.`,
    );
  const sfn = clients.get(SFNClient, await credentials());
  // The emulator has one host name for all calls.
  sfn.config.disableHostPrefix = true;
  const { status, output, error, cause } = await sfn.send(
    new StartSyncExecutionCommand({ stateMachineArn, input }),
  );
  if (status !== "SUCCEEDED")
    throw new Error(`${stateMachineArn} ended as ${status}: ${error ?? ""} ${cause ?? ""}`);
  return output ?? "null";
}
