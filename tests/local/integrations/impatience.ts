import { SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { World } from "./world";

/** How often a queue delivers a message to impatient tests before it sets it aside, unless changed. */
export const deliveries = 2;

/** How impatient a queue is made. */
interface Impatience {
  /** @default {@link deliveries} */
  times?: number;
  /** More than a batching window takes: a message that is visible again before its batch is complete is gathered again. @default 2 */
  hiddenSeconds?: number;
}

/** A failed message is hidden for three minutes and delivered five times or more; here for seconds, and twice unless changed. */
export async function impatiently<T>(
  world: World,
  queue: { name: string; url: string | undefined },
  during: () => Promise<T>,
  { times = deliveries, hiddenSeconds = 2 }: Impatience = {},
): Promise<T> {
  const { plain } = world.resource("aws:sqs/queue:Queue", queue.name);
  const { deadLetterTargetArn } = JSON.parse(plain.redrivePolicy as string) as {
    deadLetterTargetArn: string;
  };
  const set = (VisibilityTimeout: number, RedrivePolicy: string) =>
    world.platform.clients.get(SQSClient).send(
      new SetQueueAttributesCommand({
        QueueUrl: queue.url,
        Attributes: { VisibilityTimeout: String(VisibilityTimeout), RedrivePolicy },
      }),
    );
  await set(hiddenSeconds, JSON.stringify({ deadLetterTargetArn, maxReceiveCount: times }));
  try {
    return await during();
  } finally {
    await set(plain.visibilityTimeoutSeconds as number, plain.redrivePolicy as string);
  }
}
