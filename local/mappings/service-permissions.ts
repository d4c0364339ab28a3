import { GetPolicyCommand, LambdaClient, ResourceNotFoundException } from "@aws-sdk/client-lambda";
import {
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
  type SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import type { Clients } from "../aws/clients";
import { queueUrl } from "./arns";
import { admits } from "./resource-policy";

/** A service that acts without a role, and the resource of its own for which it does: a topic, a rule. */
export interface Sender {
  /** `sns.amazonaws.com` */
  service: string;
  sourceArn: string;
}

/** What a function's policy says to a service; `absent` when there is no such function. */
export async function invokePermission(
  clients: Clients,
  sender: Sender,
  functionArn: string,
): Promise<"allowed" | "denied" | "absent"> {
  const lambda = clients.get(LambdaClient);
  try {
    const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName: functionArn }));
    return lets(clients, sender, Policy, "lambda:InvokeFunction", functionArn)
      ? "allowed"
      : "denied";
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    // A function without a policy is "not found" too, by another sentence.
    return /policy/i.test(error.message) ? "denied" : "absent";
  }
}

/** Sends to a queue as a service does; rejects when the queue is gone or its policy does not admit it. */
export async function sendAsService(
  clients: Clients,
  sender: Sender,
  queueArn: string,
  message: Omit<SendMessageCommandInput, "QueueUrl">,
): Promise<void> {
  const sqs = clients.get(SQSClient);
  const QueueUrl = queueUrl(clients.account, queueArn);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] }),
  );
  if (!lets(clients, sender, Attributes?.Policy, "sqs:SendMessage", queueArn)) {
    const { service, sourceArn } = sender;
    throw denial(`The policy of ${queueArn} does not let ${service} send for ${sourceArn}`);
  }
  await sqs.send(new SendMessageCommand({ ...message, QueueUrl }));
}

/** Looks like the refusal of AWS's own services to whoever handles errors. */
export const denial = (sentence: string): Error =>
  Object.assign(new Error(`${sentence}; allow it.`), { name: "AccessDenied" });

/** Whether a resource's policy, if it has one, admits the service. */
export const lets = (
  { account }: Clients,
  { service, sourceArn }: Sender,
  policy: string | undefined,
  action: string,
  resource: string,
): boolean =>
  policy !== undefined &&
  admits(policy, { service, action, resource, sourceArn, sourceAccount: account.accountId });
