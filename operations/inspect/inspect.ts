import type { Message } from "@aws-sdk/client-sqs";
import type { ReadingClients } from "../clients";
import { depthsOf, receiveAll, release } from "../redrive/failures-queue";
import { ownOf, type Own } from "../redrive/own";
import type { StackOutputs } from "../stack-outputs";
import { describeWaiting } from "./waiting";

export interface InspectArgs {
  clients: ReadingClients;
  part: string;
  outputs: StackOutputs;
  /** The most messages to show of each queue. */
  limit: number;
}

/** Shows what waits in the quarantine and the failures queue of a part, in lines. Every message stays where it is. */
export async function* inspect(args: InspectArgs): AsyncGenerator<string> {
  const { part, outputs } = args;
  const { quarantineUrl, failuresUrl } = outputs.of[part] ?? {};
  if (quarantineUrl !== undefined)
    yield* inspectQueue(args, quarantineUrl, `${part}, quarantine`, undefined);
  if (failuresUrl !== undefined)
    yield* inspectQueue(args, failuresUrl, `${part}, failures queue`, ownOf(outputs, part));
}

async function* inspectQueue(
  { clients, limit }: InspectArgs,
  queueUrl: string,
  title: string,
  own: Own | undefined,
): AsyncGenerator<string> {
  const { visible, hidden } = await depthsOf(clients.sqs, queueUrl);
  const waiting = visible + hidden;
  const shown = visible > limit ? `, of which ${limit} are shown` : "";
  yield `${title}: ${waiting} waiting${shown}`;
  if (hidden > 0)
    yield `  ${hidden} of them are in use by another reader: run this again if they are missing below.`;
  const received: Message[] = [];
  try {
    for await (const messages of receiveAll(clients.sqs, queueUrl, limit)) {
      received.push(...messages);
      for (const message of messages) yield* await describeWaiting(clients, message, own);
    }
  } finally {
    // At the end, since this run would receive them again.
    for (const message of received) await release(clients.sqs, queueUrl, message);
  }
}
