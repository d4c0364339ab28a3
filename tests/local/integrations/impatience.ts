import { SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { World } from "./world";

/** How often a queue delivers a message to impatient tests before it sets it aside, unless changed. */
export const deliveries = 2;

/** How long a failed message of {@link polled} queues is hidden: longer than a batch is gathered and processed. */
export const hiddenSeconds = 4;

/**
 * Queues whose mappings have a batching window are polled by this machine, and the emulator takes the visibility timeout of a queue when a
 * long poll begins; so these are deployed with the shorter one.
 */
export const polled = ["iot-to-comprehend-queue", "iot-to-datadog-queue", "iot-to-splunk-queue"];

/** A failed message is hidden for three minutes and delivered five times or more; here for seconds, and twice unless changed. */
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
        Attributes: {
          ...(!polled.includes(queue.name) && { VisibilityTimeout: String(VisibilityTimeout) }),
          RedrivePolicy,
        },
      }),
    );
  await set(2, JSON.stringify({ deadLetterTargetArn, maxReceiveCount: times }));
  try {
    return await during();
  } finally {
    await set(plain.visibilityTimeoutSeconds as number, plain.redrivePolicy as string);
  }
}
