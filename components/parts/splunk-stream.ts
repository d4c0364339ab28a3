import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, sumOf, type AlarmTarget } from "./alarm";
import type { FailuresBucket } from "./failures-bucket";
import type { LambdaConsumer } from "./lambda-consumer";
import { logGroup, logGroupName, type LogArgs } from "./log-group";
import { arn, physicalName, type Arn } from "./names";
import type { OperatorSecret } from "./operator-secret";
import { allow } from "./policy-document";
import { Role } from "./role";

export interface SplunkStreamArgs extends LogArgs {
  /** `https://<host>:<port>` of the HTTP Event Collector, reachable from the internet with a certificate of a public authority. */
  endpoint: string;
  /** JSON with the token: `{"hec_token": "..."}`. Its collector must have indexer acknowledgement turned on. */
  token: OperatorSecret;
  /** Makes an event of each record. */
  transformer: Pick<LambdaConsumer<never, unknown>, "name" | "arn" | "resource">;
  /** Receives the records that Splunk has not acknowledged, and those that the transformer returns as failed. */
  failures: FailuresBucket;
  /** How long Firehose waits for an acknowledgement, 180–600 s. */
  acknowledgmentSeconds: number;
  /** How long Firehose sends again what was not acknowledged, 0–7200 s. */
  retrySeconds: number;
  alarms: AlarmTarget;
}

/** AWS's names for the log streams of errors. */
const logStreams = { delivery: "DestinationDelivery", backup: "BackupDelivery" };

/**
 * A delivery stream to Splunk's HTTP Event Collector. Firehose buffers records for a minute at most, waits for the indexer's
 * acknowledgement, and writes to the failures bucket what is not acknowledged in time.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html#create-destination-splunk
 */
export class SplunkStream extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: aws.kinesis.FirehoseDeliveryStream;

  constructor(name: string, args: SplunkStreamArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:SplunkStream", name, {}, opts);
    const parent = { parent: this };
    const { endpoint, token, transformer, failures, alarms, logRetentionDays } = args;
    this.name = physicalName("delivery stream", name);
    this.arn = arn.deliveryStream(this.name);

    const group = logGroupName.deliveryStream(this.name);
    const logs = logGroup(`${name}-logs`, { name: group, logRetentionDays }, parent);
    const streams = Object.entries(logStreams).map(
      ([what, stream]) =>
        new aws.cloudwatch.LogStream(
          `${name}-${what}-log`,
          { name: stream, logGroupName: logs.resource.name },
          parent,
        ),
    );
    const logging = (logStreamName: string) => ({
      ...{ enabled: true, logGroupName: group, logStreamName },
    });
    const role = new Role(
      `${name}-role`,
      {
        service: "firehose.amazonaws.com",
        onBehalfOf: this.arn,
        statements: [
          allow(
            "Transform",
            ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
            transformer.arn,
          ),
          token.readStatement("ReadToken"),
          ...failures.deliveryStatements(),
          allow(
            "WriteLogs",
            "logs:PutLogEvents",
            Object.values(logStreams).map((stream) => arn.logStream(group, stream)),
          ),
        ],
      },
      parent,
    );
    this.resource = new aws.kinesis.FirehoseDeliveryStream(
      name,
      {
        name: this.name,
        destination: "splunk",
        serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" },
        splunkConfiguration: {
          hecEndpoint: endpoint,
          hecEndpointType: "Event",
          hecAcknowledgmentTimeout: args.acknowledgmentSeconds,
          retryDuration: args.retrySeconds,
          secretsManagerConfiguration: {
            enabled: true,
            secretArn: token.resource.arn,
            roleArn: role.arn,
          },
          // The greatest that Firehose accepts for Splunk: 5 MB, 60 s.
          bufferingSize: 5,
          bufferingInterval: 60,
          processingConfiguration: { enabled: true, processors: [processor(transformer.arn)] },
          s3BackupMode: "FailedEventsOnly",
          s3Configuration: {
            bucketArn: failures.arn,
            roleArn: role.arn,
            errorOutputPrefix: "!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/",
            // The redrive reads the lines as Firehose writes them.
            compressionFormat: "UNCOMPRESSED",
            bufferingSize: 5,
            bufferingInterval: 60,
            cloudwatchLoggingOptions: logging(logStreams.backup),
          },
          cloudwatchLoggingOptions: logging(logStreams.delivery),
        },
      },
      {
        ...parent,
        dependsOn: [role.permissions, transformer.resource, ...failures.resources, ...streams],
      },
    );
    watch(name, this.name, alarms, parent);
    this.registerOutputs({ name: this.name });
  }
}

/**
 * A buffer of 1 MB of envelopes returns less than the 6 MB that Lambda returns at most.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
const processor = (functionArn: Arn) => ({
  type: "Lambda",
  parameters: [
    { parameterName: "LambdaArn", parameterValue: functionArn },
    { parameterName: "NumberOfRetries", parameterValue: "3" },
    { parameterName: "BufferSizeInMBs", parameterValue: "1" },
    { parameterName: "BufferIntervalInSeconds", parameterValue: "30" },
  ],
});

/** @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
function watch(
  name: string,
  streamName: string,
  alarms: AlarmTarget,
  opts: pulumi.CustomResourceOptions,
): void {
  const dimensions = { DeliveryStreamName: streamName };
  alarm(
    `${name}-freshness`,
    {
      alarms,
      description: `DeliveryToSplunk.DataFreshness of delivery stream ${streamName}: a record has waited for 15 minutes, since the collector does not acknowledge. Read log group ${logGroupName.deliveryStream(streamName)} for its answers; check the endpoint, the token and its indexer acknowledgement.`,
      watch: {
        namespace: "AWS/Firehose",
        name: "DeliveryToSplunk.DataFreshness",
        dimensions,
        statistic: "Maximum",
      },
      above: 900,
      notifiesOfRecovery: true,
    },
    opts,
  );
  alarm(
    `${name}-throttled`,
    {
      alarms,
      description: `ThrottledRecords of delivery stream ${streamName}: Firehose refuses records, and they are in the failures queue. Request a higher quota, then redrive the queue.`,
      watch: sumOf("AWS/Firehose", dimensions)("ThrottledRecords"),
    },
    opts,
  );
  alarm(
    `${name}-backup`,
    {
      alarms,
      description: `BackupToS3.Success of delivery stream ${streamName}: Firehose cannot write failed records to the failures bucket, and deletes them after 24 hours. Check the role of the stream and the policy of the bucket.`,
      watch: {
        metrics: {
          success: {
            namespace: "AWS/Firehose",
            name: "BackupToS3.Success",
            dimensions,
            statistic: "Average",
          },
        },
        expression: "1 - success",
      },
    },
    opts,
  );
}
