import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** Seconds for which a received message is nobody else's: enough to fetch and publish a batch of stream records. */
const hiddenSeconds = 300;

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const ruleAttribute = "RULE_ARN";

/**
 * The bus of the rule that could not deliver an event, as its dead letter's cover tells; undefined for every other message.
 * `rule/<bus>/<rule>`, and `rule/<rule>` on the default bus.
 */
export function busOf({ MessageAttributes }: Message): string | undefined {
  const rule = MessageAttributes?.[ruleAttribute]?.StringValue?.split(":rule/")[1]?.split("/");
  if (rule === undefined) return undefined;
  return rule.length > 1 ? rule[0] : "default";
}

/** Reads each message of a queue once, ten at a time, until no new one comes or `limit` have come. */
export async function* receiveAll(
  sqs: SQSClient,
  queueUrl: string,
  limit: number,
): AsyncGenerator<Message[]> {
  const seen = new Set<string | undefined>();
  while (seen.size < limit) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(10, limit - seen.size),
        VisibilityTimeout: hiddenSeconds,
        MessageAttributeNames: [ruleAttribute],
        // Waiting at all makes SQS ask every server, so that an empty answer means an empty queue.
        WaitTimeSeconds: 1,
      }),
    );
    const fresh = Messages.filter(({ MessageId }) => !seen.has(MessageId));
    if (fresh.length === 0) return;
    fresh.forEach(({ MessageId }) => seen.add(MessageId));
    yield fresh;
  }
}

export async function remove(
  sqs: SQSClient,
  queueUrl: string,
  { ReceiptHandle }: Message,
): Promise<void> {
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
}

/** Makes a message that stays visible to others, and to the queue's depth alarm, at once. */
export async function release(
  sqs: SQSClient,
  queueUrl: string,
  { ReceiptHandle }: Message,
): Promise<void> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
  );
}
