import { GetPolicyCommand, LambdaClient, ResourceNotFoundException } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clients } from "../aws/clients";
import { queueUrl } from "./arns";
import { admits } from "./resource-policy";

/** Whether the function's policy lets SNS invoke it for this topic; false as well when the function is gone. */
export async function mayInvoke(
  clients: Clients,
  topicArn: string,
  functionArn: string,
): Promise<boolean> {
  try {
    const { Policy } = await clients
      .get(LambdaClient)
      .send(new GetPolicyCommand({ FunctionName: functionArn }));
    return admitsTopic(clients, Policy, topicArn, "lambda:InvokeFunction", functionArn);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}

/** Sends to a queue as SNS does; throws when the queue is gone or its policy does not admit SNS for this topic. */
export async function sendFromTopic(
  clients: Clients,
  topicArn: string,
  queueArn: string,
  body: string,
): Promise<void> {
  const sqs = clients.get(SQSClient);
  const QueueUrl = queueUrl(clients.account, queueArn);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] }),
  );
  if (!admitsTopic(clients, Attributes?.Policy, topicArn, "sqs:SendMessage", queueArn)) {
    throw new Error(
      `The policy of ${queueArn} does not let sns.amazonaws.com send for ${topicArn}; allow it.`,
    );
  }
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
}

const admitsTopic = (
  { account }: Clients,
  policy: string | undefined,
  topicArn: string,
  action: string,
  resource: string,
): boolean =>
  policy !== undefined &&
  admits(policy, {
    service: "sns.amazonaws.com",
    action,
    resource,
    sourceArn: topicArn,
    sourceAccount: account.accountId,
  });
