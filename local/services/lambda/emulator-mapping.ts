import type { Clients } from "../../aws/clients";
import { checkRole } from "../../aws/role-permissions";
import { executionRoleOf } from "./execution-role";
import type { QueueMappingInputs } from "./queue-mapping-inputs";

/**
 * Returns whether the emulator's own mapping of a queue honours these settings. It is about half as fast again as ours, because it
 * receives messages without a request. It ignores batching windows, and with them batches of more than ten.
 */
export const emulatorSuffices = ({
  batchSize = 10,
  maximumBatchingWindowInSeconds = 0,
}: QueueMappingInputs): boolean => batchSize <= 10 && maximumBatchingWindowInSeconds === 0;

/** The permissions that Lambda needs on a queue. @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** Rejects unless the function's role may read the queue. AWS checks this when a mapping is created, the emulator never does. */
export async function checkQueuePermissions(
  clients: Clients,
  { functionName, eventSourceArn }: QueueMappingInputs,
): Promise<void> {
  const role = await executionRoleOf(clients, functionName);
  await role.credentials();
  for (const action of actions)
    await checkRole(clients, { roleArn: role.roleArn, action, resource: eventSourceArn });
}
