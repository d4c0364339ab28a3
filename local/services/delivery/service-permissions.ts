import { GetPolicyCommand, LambdaClient, ResourceNotFoundException } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clients } from "../../aws/clients";
import { createMemory } from "../../aws/memory";
import { queueUrl } from "./arns";
import { sendMessage, type Outgoing } from "./queue-batches";
import { admits } from "./resource-policy";

/** A service that acts without a role, and the topic or rule for which it does. */
export interface Sender {
  /** `sns.amazonaws.com` */
  service: string;
  sourceArn: string;
}

/** Returns whether a function's policy allows a service to invoke it; `absent` if there is no such function. */
export async function invokePermission(
  clients: Clients,
  sender: Sender,
  functionArn: string,
): Promise<"allowed" | "denied" | "absent"> {
  const read = () =>
    functionPolicies.recall(clients, functionArn, () => policyOf(clients, functionArn));
  const allows = (policy: string | undefined): boolean =>
    lets(clients, sender, policy, "lambda:InvokeFunction", functionArn);
  try {
    const { answer, isFresh } = read();
    if (allows(await answer)) return "allowed";
    if (isFresh) return "denied";
    // A permission that was added since takes effect at once.
    functionPolicies.forget(clients, functionArn);
    return allows(await read().answer) ? "allowed" : "denied";
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    // The same error, with another message, means that the function has no policy.
    return /policy/i.test(error.message) ? "denied" : "absent";
  }
}

const functionPolicies = createMemory<string | undefined>();

/** Reads the policy of a function again at the next delivery, as after a permission was removed. */
export const forgetFunctionPolicy = (clients: Clients, functionArn: string): void =>
  functionPolicies.forget(clients, functionArn);

async function policyOf(clients: Clients, FunctionName: string): Promise<string | undefined> {
  const { Policy } = await clients.get(LambdaClient).send(new GetPolicyCommand({ FunctionName }));
  return Policy;
}

/** Sends to a queue as a service does. Rejects if the queue does not exist or its policy does not allow it. */
export async function sendAsService(
  clients: Clients,
  sender: Sender,
  queueArn: string,
  message: Outgoing,
): Promise<void> {
  await admitted(clients, sender, queueArn);
  await sendMessage(clients.get(SQSClient), queueUrl(clients.account, queueArn), message);
}

const admissions = createMemory<void>();

/** Rejects unless the queue's policy allows the sender. Only permissions are remembered. */
const admitted = (clients: Clients, sender: Sender, queueArn: string): Promise<void> =>
  admissions.recall(clients, `${sender.service} ${sender.sourceArn} ${queueArn}`, () =>
    ask(clients, sender, queueArn),
  ).answer;

async function ask(clients: Clients, sender: Sender, queueArn: string): Promise<void> {
  const { service, sourceArn } = sender;
  const QueueUrl = queueUrl(clients.account, queueArn);
  const { Attributes } = await clients
    .get(SQSClient)
    .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] }));
  if (!lets(clients, sender, Attributes?.Policy, "sqs:SendMessage", queueArn))
    throw denial(`The policy of ${queueArn} does not let ${service} send for ${sourceArn}`);
}

/** An error with the name that AWS's own services give to a denial. */
export const denial = (sentence: string): Error =>
  Object.assign(new Error(`${sentence}; allow it.`), { name: "AccessDenied" });

/** Returns whether a resource's policy, or the default policy of a resource that has none, allows the service. */
export const lets = (
  { account }: Clients,
  { service, sourceArn }: Sender,
  policy: string | undefined,
  action: string,
  resource: string,
): boolean =>
  admits(policy, { service, action, resource, sourceArn, sourceAccount: account.accountId });
