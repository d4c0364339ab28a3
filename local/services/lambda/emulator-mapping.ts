import type { Clients } from "../../aws/clients";
import { executionRoleOf } from "./execution-role";
import { checkRole } from "../../aws/role-permissions";
import type { QueueMappingInputs } from "./queue-mapping-inputs";

/**
 * Whether the emulator's own mapping of a queue does all that is asked. It is about half as fast again as ours, for it takes messages
 * without a request; but it ignores batching windows, and with them batches of more than ten.
 */
export const emulatorSuffices = ({
  batchSize = 10,
  maximumBatchingWindowInSeconds = 0,
}: QueueMappingInputs): boolean => batchSize <= 10 && maximumBatchingWindowInSeconds === 0;

/** What Lambda needs of a queue. @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** Rejects unless the function's role may drain the queue: AWS asks when a mapping is made, the emulator's mapping never does. */
export async function checkQueuePermissions(
  clients: Clients,
  { functionName, eventSourceArn }: QueueMappingInputs,
): Promise<void> {
  const role = await executionRoleOf(clients, functionName);
  await role.credentials();
  for (const action of actions)
    await checkRole(clients, { roleArn: role.roleArn, action, resource: eventSourceArn });
}
