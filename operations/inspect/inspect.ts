import { GetQueueAttributesCommand, type Message, type SQSClient } from "@aws-sdk/client-sqs";
import { receiveAll, release } from "../redrive/failures-queue";
import type { PlanClients } from "../redrive/plan";
import type { PartOutputs } from "../stack-outputs";
import { describeWaiting } from "./waiting";

export interface InspectArgs {
  clients: PlanClients & { sqs: SQSClient };
  part: string;
  outputs: PartOutputs;
  topicPrefix: string;
  /** The most messages to show of each queue. */
  limit: number;
}

/** Shows what waits in the quarantine and the failures queue of a part, in lines. Every message stays where it is. */
export async function* inspect(args: InspectArgs): AsyncGenerator<string> {
  const { part, outputs } = args;
  for (const [queueUrl, what] of [
    [outputs["quarantineUrl"], "quarantine"],
    [outputs["failuresUrl"], "failures queue"],
  ] as const)
    if (queueUrl !== undefined) yield* inspectQueue(args, queueUrl, `${part}, ${what}`);
}

async function* inspectQueue(
  { clients, topicPrefix, limit }: InspectArgs,
  queueUrl: string,
  title: string,
): AsyncGenerator<string> {
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ["ApproximateNumberOfMessages"],
    }),
  );
  const waiting = Attributes?.ApproximateNumberOfMessages ?? "0";
  yield `${title}: ${waiting} waiting${Number(waiting) > limit ? `, of which ${limit} are shown` : ""}`;
  const received: Message[] = [];
  try {
    for await (const messages of receiveAll(clients.sqs, queueUrl, limit)) {
      received.push(...messages);
      for (const message of messages) yield* await describeWaiting(clients, message, topicPrefix);
    }
  } finally {
    // At the end, since this run would receive them again.
    for (const message of received) await release(clients.sqs, queueUrl, message);
  }
}
