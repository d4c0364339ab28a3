import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RecordStream } from "./actions/put-record";
import { alarm, sumOf, type AlarmTarget } from "./alarm";
import { arn, physicalName } from "./names";
import { allow, type Statement } from "./policy-document";

/** A stream that functions of this stack read. */
export interface ReadStream extends RecordStream {
  readonly resource: aws.kinesis.Stream;
  /**
   * Registers a consumer with enhanced fan-out; returns its ARN, which AWS generates. A stream has at most 20.
   * @see https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html
   */
  fanOut(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string>;
  /** The statement that allows the role of a reader to subscribe as a consumer with enhanced fan-out. */
  subscribeStatement(name: string): Statement;
}

/** Longer than a weekend with a consumer that stands still. */
export const retentionHours = 72;

export interface RecordStreamArgs {
  /** What to do when readers or writers ask for more than the stream gives; the end of the text of a notification. */
  remedies: { reads: string; writes: string };
  alarms: AlarmTarget;
}

/** Reads that may fail in five minutes: a reader that tries again a moment later loses nothing and does not fall behind. */
const mostThrottledReads = 60;

/** Creates an encrypted stream on demand, with alarms on what it refuses. */
export function recordStream(
  name: string,
  { remedies, alarms }: RecordStreamArgs,
  opts: pulumi.CustomResourceOptions,
): ReadStream {
  const physical = physicalName("stream", name);
  const watch = sumOf("AWS/Kinesis", { StreamName: physical });
  const resource = new aws.kinesis.Stream(
    name,
    {
      name: physical,
      streamModeDetails: { streamMode: "ON_DEMAND" },
      retentionPeriod: retentionHours,
      encryptionType: "KMS",
      kmsKeyId: "alias/aws/kinesis",
    },
    opts,
  );
  alarm(
    `${name}-read-throttled`,
    {
      alarms,
      description: `ReadProvisionedThroughputExceeded of stream ${physical}: its readers ask for more than the five reads a second that each shard allows them together, so they fall behind. ${remedies.reads}`,
      watch: watch("ReadProvisionedThroughputExceeded"),
      above: mostThrottledReads,
      periodSeconds: 300,
    },
    opts,
  );
  alarm(
    `${name}-write-throttled`,
    {
      alarms,
      description: `WriteProvisionedThroughputExceeded of stream ${physical}: the stream throttles writes, since a device sends more than a shard accepts or the load of the fleet has doubled within minutes. ${remedies.writes}`,
      watch: watch("WriteProvisionedThroughputExceeded"),
    },
    opts,
  );
  const streamArn = arn.stream(physical);
  const consumerName = (logical: string): string => physicalName("stream consumer", logical);
  return {
    ...{ name: physical, arn: streamArn, resource },
    fanOut: (logical, options) =>
      new aws.kinesis.StreamConsumer(
        logical,
        { name: consumerName(logical), streamArn },
        pulumi.mergeOptions(options, { dependsOn: resource }),
      ).arn,
    subscribeStatement: (logical) =>
      allow(
        "SubscribeToShard",
        "kinesis:SubscribeToShard",
        arn.streamConsumer(physical, consumerName(logical)),
      ),
  };
}
