import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** Seconds for which other consumers do not receive a message: enough to read and publish a batch of stream records. */
const hiddenSeconds = 300;

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const ruleAttribute = "RULE_ARN";

/**
 * The bus of the rule that could not deliver an event, from the message attribute with the ARN of the rule; undefined for all other
 * messages. The ARN ends in `rule/<bus>/<rule>`, or in `rule/<rule>` for the default bus. A rule of another account or region than
 * `place` (`<region>:<accountId>`) yields its whole ARN, which names no bus of a stack.
 */
export function busOf({ MessageAttributes }: Message, place: string): string | undefined {
  const ruleArn = MessageAttributes?.[ruleAttribute]?.StringValue;
  const [owner, path] = ruleArn?.split(":rule/") ?? [];
  if (ruleArn === undefined || path === undefined) return undefined;
  if (!owner?.endsWith(`:events:${place}`)) return ruleArn;
  const rule = path.split("/");
  return rule.length > 1 ? rule[0] : "default";
}

/** When a message was first put in a queue, in ms since the epoch: a move to a dead-letter queue does not change it. */
export const sentAt = ({ Attributes }: Message): number =>
  Number(Attributes?.SentTimestamp ?? Number.NaN);

/** Receives each message of a queue once, up to ten at a time, until no new message arrives, `limit` is reached or `signal` aborts. */
export async function* receiveAll(
  sqs: SQSClient,
  queueUrl: string,
  limit: number,
  signal?: AbortSignal,
): AsyncGenerator<Message[]> {
  const seen = new Set<string | undefined>();
  while (seen.size < limit && !signal?.aborted) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(10, limit - seen.size),
        VisibilityTimeout: hiddenSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["SentTimestamp", "ApproximateReceiveCount"],
        // With long polling SQS queries all its servers, so that an empty answer means an empty queue.
        // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
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

/** Makes a message that stays in the queue visible to other consumers and to the depth alarm at once. */
export async function release(
  sqs: SQSClient,
  queueUrl: string,
  { ReceiptHandle }: Message,
): Promise<void> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
  );
}

/** About how many messages of a queue can be received. */
export const depthOf = async (sqs: SQSClient, queueUrl: string): Promise<number> =>
  (await depthsOf(sqs, queueUrl)).visible;

/** About how many messages a queue holds: those that can be received, and those that another reader has received and not deleted. */
export async function depthsOf(
  sqs: SQSClient,
  queueUrl: string,
): Promise<{ visible: number; hidden: number }> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return {
    visible: Number(Attributes?.ApproximateNumberOfMessages ?? 0),
    hidden: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
