import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { SplunkEvent } from "../../../local/doubles/splunk-events";
import { eventually } from "./eventually";
import type { World } from "./world";

export const integration = "iot-to-splunk";

/** The events of a device in Splunk's index, in order. */
export const eventsOf = ({ platform }: World, device: string): SplunkEvent[] =>
  platform.splunk.events().filter(({ host }) => host === device);

/** The same once there are `times`; fails if there are more. Delivers what the delivery stream buffers. */
export const indexed = (world: World, device: string, times = 1): Promise<SplunkEvent[]> =>
  eventually(`${times} events of ${device} in the index`, async () => {
    await world.deployment.idle();
    const events = eventsOf(world, device);
    if (events.length > times)
      throw new Error(`${device} has ${events.length} events in the index, not ${times}.`);
    return events.length === times && events;
  });

/** The objects in the bucket of failed batches, by key. */
export async function failedBatches({ platform, outputs }: World): Promise<Map<string, string>> {
  const s3 = platform.clients.get(S3Client);
  const Bucket = outputs.of[integration]?.failedBatchesBucket;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const texts = await Promise.all(
    Contents.map(async ({ Key = "" }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return [Key, (await Body?.transformToString()) ?? ""] as const;
    }),
  );
  return new Map(texts);
}
