import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { putRecord } from "./actions/put-record";
import { sendToQueue } from "./actions/send-to-queue";
import { alarm, type AlarmTarget } from "./alarm";
import { DeadLetterQueue } from "./dead-letter-queue";
import { arn, physicalName, type Arn } from "./names";
import { deviceTemplate, envelopeSql } from "./telemetry-sql";
import { TopicRule } from "./topic-rule";

export interface TelemetryStreamArgs {
  topicPrefix: string;
  alarms: AlarmTarget;
}

/**
 * All telemetry, in order per device, for every integration that reads in batches: one rule, one on-demand stream.
 * On demand, because a fleet's load is not known in advance; partitioned by device, because a shard takes 1,000 records a second.
 */
export class TelemetryStream extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: aws.kinesis.Stream;
  readonly failures: DeadLetterQueue;

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
        retentionPeriod: 24,
        encryptionType: "KMS",
        kmsKeyId: "alias/aws/kinesis",
      },
      parent,
    );
    new TopicRule(
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
      `${name}-write-throttled`,
      {
        alarms,
        description: `Stream ${this.name} throttles writes: a device sends more than a shard takes, or the fleet doubled within minutes.`,
        watch: {
          namespace: "AWS/Kinesis",
          name: "WriteProvisionedThroughputExceeded",
          dimensions: { StreamName: this.name },
          statistic: "Sum",
        },
      },
      parent,
    );
    this.registerOutputs({ name: this.name });
  }
}
