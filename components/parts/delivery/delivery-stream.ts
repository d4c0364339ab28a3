import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, sumOf, type AlarmTarget } from "../alarm";
import type { LambdaConsumer } from "../lambda-consumer";
import { logGroup, logGroupName, type LogArgs } from "../log-group";
import { arn, physicalName, type Arn } from "../names";
import { allow } from "../policy-document";
import { Role } from "../role";
import type { Destination } from "./destination";

export interface DeliveryStreamArgs extends LogArgs {
  destination: Destination;
  /** Transforms the records before they are delivered. */
  transformer: Pick<LambdaConsumer<never, unknown>, "arn" | "resource">;
  /** MiB of records that an invocation of the transformer takes, 0.2–3. @default 1 */
  transformMebibytes?: number;
  alarms: AlarmTarget;
}

/** AWS's names for the log streams of errors. */
const logStreams = { delivery: "DestinationDelivery", backup: "BackupDelivery" };

/**
 * A Firehose delivery stream that transforms records and delivers them. Firehose retries for at most 24 hours and then discards records,
 * which the alarm on the age of the oldest record reports long before.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/retry.html
 */
export class DeliveryStream extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: aws.kinesis.FirehoseDeliveryStream;

  constructor(name: string, args: DeliveryStreamArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:DeliveryStream", name, {}, opts);
    const parent = { parent: this };
    const { destination, transformer, transformMebibytes = 1, logRetentionDays } = args;
    this.name = physicalName("delivery stream", name);
    this.arn = arn.deliveryStream(this.name);

    const group = logGroupName.deliveryStream(this.name);
    const logs = logGroup(`${name}-logs`, { name: group, logRetentionDays }, parent);
    const kinds = destination.backsUp ? (["delivery", "backup"] as const) : (["delivery"] as const);
    const streams = kinds.map(
      (kind) =>
        new aws.cloudwatch.LogStream(
          `${name}-${kind}-log`,
          { name: logStreams[kind], logGroupName: logs.resource.name },
          parent,
        ),
    );
    const role = new Role(
      `${name}-role`,
      {
        service: "firehose.amazonaws.com",
        onBehalfOf: this.arn,
        statements: [
          // Firehose reads the timeout of the function, which must be at most five minutes.
          allow(
            "Transform",
            ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
            transformer.arn,
          ),
          ...destination.statements,
          allow(
            "WriteLogs",
            "logs:PutLogEvents",
            kinds.map((kind) => arn.logStream(group, logStreams[kind])),
          ),
        ],
      },
      parent,
    );
    const logTo = (logStreamName: string): object => ({
      ...{ enabled: true, logGroupName: group, logStreamName },
    });
    this.resource = new aws.kinesis.FirehoseDeliveryStream(
      name,
      {
        name: this.name,
        serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" },
        ...destination.configure({
          roleArn: role.arn,
          deliveryLog: logTo(logStreams.delivery),
          backupLog: logTo(logStreams.backup),
          processingConfiguration: transformedBy(transformer.arn, transformMebibytes),
        }),
      },
      {
        ...parent,
        dependsOn: [role.permissions, transformer.resource, ...streams, ...destination.dependsOn],
      },
    );
    watchDelivery(name, this.name, args, parent);
    this.registerOutputs({ name: this.name });
  }
}

/**
 * Invokes the function with as many records as it may return: the answer of a function is at most 6 MB. Firehose invokes three times
 * more if it fails, and after a minute at the latest.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
const transformedBy = (functionArn: Arn, mebibytes: number): object => ({
  enabled: true,
  processors: [
    {
      type: "Lambda",
      parameters: [
        { parameterName: "LambdaArn", parameterValue: functionArn },
        // The provider drops parameters that have Firehose's default.
        ...(mebibytes === 1
          ? []
          : [{ parameterName: "BufferSizeInMBs", parameterValue: String(mebibytes) }]),
      ],
    },
  ],
});

/** @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
function watchDelivery(
  name: string,
  stream: string,
  { alarms, destination }: Pick<DeliveryStreamArgs, "alarms" | "destination">,
  opts: pulumi.CustomResourceOptions,
): void {
  const namespace = "AWS/Firehose" as const;
  const dimensions = { DeliveryStreamName: stream };
  const { metric, above, description } = destination.freshness;
  alarm(
    `${name}-late`,
    {
      alarms,
      description: `${metric} of delivery stream ${stream}: ${description} Read log group ${logGroupName.deliveryStream(stream)} for the error.`,
      watch: { namespace, dimensions, name: metric, statistic: "Maximum" },
      above,
      notifiesOfRecovery: true,
    },
    opts,
  );
  alarm(
    `${name}-throttled`,
    {
      alarms,
      description: `ThrottledRecords of delivery stream ${stream}: Firehose refuses records above its quota, and they are in the failures queue. Request a higher quota for the stream, then redrive the queue.`,
      watch: sumOf(namespace, dimensions)("ThrottledRecords"),
    },
    opts,
  );
  if (!destination.backsUp) return;
  alarm(
    `${name}-backup`,
    {
      alarms,
      description: `BackupToS3.Success of delivery stream ${stream}: Firehose cannot write failed records to the failures bucket, and discards them after 24 hours. Check the role of the stream and the policy of the bucket.`,
      watch: {
        metrics: {
          success: { namespace, dimensions, name: "BackupToS3.Success", statistic: "Average" },
        },
        expression: "1 - success",
      },
    },
    opts,
  );
}
