import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { createClients, type Clients } from "../../../../local/aws/clients";
import {
  startDeliveryStreams,
  type DeliveryStreams,
  type DeliveryStreamsArgs,
} from "../../../../local/services/firehose/delivery-streams";
import type {
  BucketInputs,
  DeliveryStreamInputs,
} from "../../../../local/services/firehose/delivery-inputs";
import { openFirehoseTap, type FirehoseTap } from "../../../../local/services/firehose/tap";
import { next, type Bucket, type Statement, type World } from "../world";
import { createFakeClock } from "./fake-clock";

/** Delivery streams whose clock stands at 04:05:06 on 9 March 2026, each with a role and a bucket of its own. */
export interface FirehoseWorld {
  clients: Clients;
  tap: FirehoseTap;
  time: ReturnType<typeof createFakeClock>;
  streams: DeliveryStreams;
  /** A bucket, and a role that may write to it, and whatever `allow` says. */
  place(
    allow?: Statement[],
    mayWrite?: boolean,
  ): Promise<{
    name: string;
    arn: string;
    bucket: Bucket;
    role: { name: string; arn: string };
    s3: BucketInputs;
  }>;
  add(inputs: DeliveryStreamInputs): ReturnType<DeliveryStreams["add"]>;
  put(name: string, ...texts: string[]): Promise<string[]>;
  end(): Promise<void>;
}

export const writeTo = (bucketArn: string): Statement => ({
  Action: ["s3:PutObject"],
  Resource: `${bucketArn}/*`,
});

export async function createFirehoseWorld(
  world: World,
  args: Partial<DeliveryStreamsArgs> = {},
): Promise<FirehoseWorld> {
  const { account } = world.clients;
  const tap = await openFirehoseTap(account);
  const clients = createClients(account, [tap.middleware]);
  const time = createFakeClock();
  const streams = startDeliveryStreams({
    clients,
    trace: world.trace,
    tap,
    clock: time.clock,
    retryDelayMilliseconds: 1,
    ...args,
  });
  return {
    clients,
    tap,
    time,
    streams,
    async place(allow = [], mayWrite = true) {
      const name = next("delivery");
      const arn = `arn:aws:firehose:${account.region}:${account.accountId}:deliverystream/${name}`;
      const bucket = await world.bucket();
      const role = await world.role({ service: "firehose.amazonaws.com", sourceArn: arn }, [
        ...(mayWrite ? [writeTo(bucket.arn)] : []),
        ...allow,
      ]);
      return { name, arn, bucket, role, s3: { bucketArn: bucket.arn, roleArn: role.arn } };
    },
    add: (inputs) => streams.add(inputs),
    async put(DeliveryStreamName, ...texts) {
      const { RequestResponses = [] } = await clients.get(FirehoseClient).send(
        new PutRecordBatchCommand({
          DeliveryStreamName,
          Records: texts.map((text) => ({ Data: Buffer.from(text) })),
        }),
      );
      return RequestResponses.map(({ RecordId = "" }) => RecordId);
    },
    async end() {
      await streams.stop();
      await tap.close();
      clients.destroy();
    },
  };
}
