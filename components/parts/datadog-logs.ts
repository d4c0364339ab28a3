import type * as pulumi from "@pulumi/pulumi";
import type { FirehoseTransformationEvent, FirehoseTransformationResult } from "aws-lambda";
import { putToDeliveryStream } from "./actions/put-to-delivery-stream";
import { sendToQueue } from "./actions/send-to-queue";
import type { AlarmTarget } from "./alarm";
import type { DeadLetterQueue } from "./dead-letter-queue";
import { DeliveryStream } from "./delivery/delivery-stream";
import { toHttpEndpoint } from "./delivery/to-http-endpoint";
import { announcer, FailuresBucket } from "./failures-bucket";
import type { LambdaConsumer } from "./lambda-consumer";
import type { OperatorSecret } from "./operator-secret";
import type { Sender } from "./queue";
import { envelopeSql } from "./telemetry-sql";
import { TopicRule } from "./topic-rule";

export interface DatadogLogsArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** Receives what the rule cannot put, and the events of failed batches; it must admit {@link batchesOf} the same name. */
  failures: DeadLetterQueue;
  /** Holds the API key. */
  key: OperatorSecret;
  /** The site of the Datadog organization. */
  site: string;
  /** Datadog's `service` of the logs. */
  service: string;
  /** Makes a log of each reading; what it quarantines is its own matter. */
  shaper: LambdaConsumer<FirehoseTransformationEvent, FirehoseTransformationResult>;
  alarms: AlarmTarget;
  logRetentionDays?: number | undefined;
}

/**
 * The endpoints that Firehose and Datadog name, by site.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html#create-destination-datadog
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_kinesisfirehose.DatadogEndpoint.html
 */
const paths = {
  "datadoghq.com": "/v1/input",
  "datadoghq.eu": "/v1/input",
  "ddog-gov.com": "/v1/input",
  "us3.datadoghq.com": "/api/v2/logs?dd-protocol=aws-kinesis-firehose",
  "us5.datadoghq.com": "/api/v2/logs?dd-protocol=aws-kinesis-firehose",
  "ap1.datadoghq.com": "/api/v2/logs?dd-protocol=aws-kinesis-firehose",
};

/** The endpoint for logs of a site; throws one sentence for a site without one. */
export function logsEndpoint(site: string): string {
  const path = Object.hasOwn(paths, site) ? paths[site as keyof typeof paths] : undefined;
  if (path === undefined)
    throw new Error(
      `Firehose has no endpoint for logs of the Datadog site ${site}, only of ${Object.keys(paths).join(", ")}; set iot-to-datadog:logs to false.`,
    );
  return `https://aws-kinesis-http-intake.logs.${site}${path}`;
}

const batches = (name: string): string => `${name}-batches`;

/** The sender of the events of failed batches, for the failures queue that must admit it. */
export const batchesOf = (name: string): Sender => announcer(batches(name));

/** What the delivery stream gathers for one call of the shaper: the logs are several times as large, and Lambda returns 6 MB at most. */
export const transformMebibytes = 0.5;

/** Rule → delivery stream → Datadog's endpoint for logs. Returns the outputs of the integration. */
export function deliverLogs(
  name: string,
  args: DatadogLogsArgs,
  parent: pulumi.CustomResourceOptions,
): Record<string, pulumi.Input<string>> {
  const { topicPrefix, failures, alarms, logRetentionDays } = args;
  const failedBatches = new FailuresBucket(batches(name), { announceTo: failures, alarms }, parent);
  const stream = new DeliveryStream(
    `${name}-logs`,
    {
      destination: toHttpEndpoint({
        url: logsEndpoint(args.site),
        owner: "Datadog",
        ...{ key: args.key, failures: failedBatches },
        // What Datadog recommends for logs of one line:
        // https://docs.datadoghq.com/logs/guide/send-aws-services-logs-with-the-datadog-kinesis-firehose-destination/
        bufferMebibytes: 2,
        bufferSeconds: 60,
        retrySeconds: 3600,
      }),
      transformer: args.shaper,
      transformMebibytes,
      alarms,
      logRetentionDays,
    },
    parent,
  );
  const rule = new TopicRule(
    `${name}-logs-rule`,
    {
      description:
        "Puts every telemetry message on the delivery stream to Datadog's logs, as it was sent.",
      sql: envelopeSql(topicPrefix),
      actions: [putToDeliveryStream(stream)],
      errorAction: sendToQueue(failures.queue),
      alarms,
    },
    parent,
  );
  return {
    failedBatchesRuleName: rule.name,
    failedBatchesBucket: failedBatches.name,
    deliveryStreamName: stream.name,
  };
}
