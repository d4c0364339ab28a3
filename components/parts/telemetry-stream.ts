import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { putRecord } from "./actions/put-record";
import { sendToQueue } from "./actions/send-to-queue";
import { alarm, sumOf, type AlarmTarget } from "./alarm";
import { DeadLetterQueue } from "./dead-letter-queue";
import { arn, physicalName, type Arn } from "./names";
import { allow, type Statement } from "./policy-document";
import { deviceTemplate, envelopeSql } from "./telemetry-sql";
import { TopicRule } from "./topic-rule";

/** Longer than a weekend with a consumer that stands still. */
export const retentionHours = 72;

/** Reads that may fail in five minutes: a reader that tries again a moment later loses nothing and does not fall behind. */
const mostThrottledReads = 60;

export interface TelemetryStreamArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  alarms: AlarmTarget;
}

/**
 * A stream of all telemetry, in order per device, with the rule that feeds it, for all integrations that read in batches.
 * On demand, because the load of a fleet is not known in advance; partitioned by device, because a shard accepts 1,000 records a
 * second.
 * @see https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
 */
export class TelemetryStream extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: aws.kinesis.Stream;
  readonly failures: DeadLetterQueue;
  readonly ruleName: string;

  constructor(name: string, args: TelemetryStreamArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:TelemetryStream", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, alarms } = args;
    this.name = physicalName("stream", name);
    this.arn = arn.stream(this.name);

    this.failures = new DeadLetterQueue(`${name}-failures`, { alarms }, parent);
    this.resource = new aws.kinesis.Stream(
      name,
      {
        name: this.name,
        streamModeDetails: { streamMode: "ON_DEMAND" },
        retentionPeriod: retentionHours,
        encryptionType: "KMS",
        kmsKeyId: "alias/aws/kinesis",
      },
      parent,
    );
    const rule = new TopicRule(
      `${name}-rule`,
      {
        description: "Puts every telemetry message on the telemetry stream, as it was sent.",
        sql: envelopeSql(topicPrefix),
        actions: [putRecord(this, deviceTemplate(topicPrefix))],
        errorAction: sendToQueue(this.failures.queue),
        alarms,
      },
      parent,
    );
    alarm(
      `${name}-read-throttled`,
      {
        alarms,
        description: `ReadProvisionedThroughputExceeded of stream ${this.name}: its readers ask for more than the five reads a second that each shard allows them together, so they fall behind. Give some of them enhanced fan-out by their setting enhancedFanOut.`,
        watch: sumOf("AWS/Kinesis", { StreamName: this.name })("ReadProvisionedThroughputExceeded"),
        above: mostThrottledReads,
        periodSeconds: 300,
      },
      parent,
    );
    alarm(
      `${name}-write-throttled`,
      {
        alarms,
        description: `WriteProvisionedThroughputExceeded of stream ${this.name}: the stream throttles writes, since a device sends more than a shard accepts or the load of the fleet has doubled within minutes. Look for a device that sends too much; a stream of higher load scales by itself.`,
        watch: sumOf("AWS/Kinesis", { StreamName: this.name })(
          "WriteProvisionedThroughputExceeded",
        ),
      },
      parent,
    );
    this.ruleName = rule.name;
    this.registerOutputs({ name: this.name });
  }

  /**
   * Registers a consumer with enhanced fan-out; returns its ARN, which AWS generates. A stream has at most 20.
   * @see https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html
   */
  fanOut(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
    const consumer = new aws.kinesis.StreamConsumer(
      name,
      { name: physicalName("stream consumer", name), streamArn: this.arn },
      pulumi.mergeOptions(opts, { dependsOn: this.resource }),
    );
    return consumer.arn;
  }

  /** The statement that allows the role of a reader to subscribe as a consumer with enhanced fan-out. */
  subscribeStatement(name: string): Statement {
    const consumer = arn.streamConsumer(this.name, physicalName("stream consumer", name));
    return allow("SubscribeToShard", "kinesis:SubscribeToShard", consumer);
  }
}
