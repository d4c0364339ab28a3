import { SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { World } from "./world";

/** How often a queue delivers a message to impatient tests before it sets it aside, unless changed. */
export const deliveries = 2;

/** A failed message is hidden for three minutes and delivered five times or more; here for two seconds, and twice unless changed. */
export async function impatiently<T>(
  world: World,
  queue: { name: string; url: string | undefined },
  during: () => Promise<T>,
  times = deliveries,
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
  await set(2, JSON.stringify({ deadLetterTargetArn, maxReceiveCount: times }));
  try {
    return await during();
  } finally {
    await set(plain.visibilityTimeoutSeconds as number, plain.redrivePolicy as string);
  }
}
