import * as pulumi from "@pulumi/pulumi";
import { putRecord } from "./actions/put-record";
import { sendToQueue } from "./actions/send-to-queue";
import type { AlarmTarget } from "./alarm";
import { DeadLetterQueue } from "./dead-letter-queue";
import type { Arn } from "./names";
import { recordStream, type ReadStream } from "./record-stream";
import { deviceTemplate, envelopeSql } from "./telemetry-sql";
import { TopicRule } from "./topic-rule";

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
export class TelemetryStream extends pulumi.ComponentResource implements ReadStream {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: ReadStream["resource"];
  readonly fanOut: ReadStream["fanOut"];
  readonly subscribeStatement: ReadStream["subscribeStatement"];
  readonly failures: DeadLetterQueue;
  readonly ruleName: string;

  constructor(name: string, args: TelemetryStreamArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:TelemetryStream", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, alarms } = args;
    this.failures = new DeadLetterQueue(`${name}-failures`, { alarms }, parent);
    const stream = recordStream(
      name,
      {
        alarms,
        remedies: {
          reads: "Give some of them enhanced fan-out by their setting enhancedFanOut.",
          writes:
            "Look for a device that sends too much; a stream of higher load scales by itself.",
        },
      },
      parent,
    );
    this.name = stream.name;
    this.arn = stream.arn;
    this.resource = stream.resource;
    this.fanOut = stream.fanOut;
    this.subscribeStatement = stream.subscribeStatement;
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
    this.ruleName = rule.name;
    this.registerOutputs({ name: this.name });
  }
}
