import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { alarm } from "../alarm";
import type { FailuresBucket } from "../failures-bucket";
import { allow } from "../policy-document";
import type { TelemetryStream } from "../telemetry-stream";
import type { Source } from "./source";

export interface FromStreamArgs {
  /** Keeps the records that could not be processed; a queue would get their sequence numbers only. */
  failures: FailuresBucket;
  /** 1–10,000. @default 100 */
  batchSize?: number;
  /** How long to gather a batch, 0–300 s. @default 1 */
  windowSeconds?: number;
  /** Attempts after the first, 0–10,000. AWS's own default is to retry until the record expires, which blocks the shard. @default 5 */
  retries?: number;
  /** A record older than this is set aside, 60–604,800 s. @default 21600 (6 hours) */
  maximumAgeSeconds?: number;
}

/**
 * Records of a Kinesis stream, in batches per shard. Its failure path: bounded retries of ever smaller halves, then the
 * records themselves go to S3.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export function fromStream(
  stream: TelemetryStream,
  args: FromStreamArgs,
): Source<KinesisStreamEvent, KinesisStreamBatchResponse> {
  const { failures, batchSize = 100, windowSeconds = 1, retries = 5 } = args;
  const maximumAgeSeconds = args.maximumAgeSeconds ?? 21_600;
  return {
    statements: [
      allow(
        "ReadStream",
        [
          "kinesis:DescribeStream",
          "kinesis:DescribeStreamSummary",
          "kinesis:GetRecords",
          "kinesis:GetShardIterator",
          "kinesis:ListShards",
        ],
        stream.arn,
      ),
      ...failures.writeStatements(),
    ],
    connect: ({ name, functionName, alarms, dependsOn }, opts) => {
      new aws.lambda.EventSourceMapping(
        `${name}-mapping`,
        {
          eventSourceArn: stream.arn,
          functionName,
          startingPosition: "TRIM_HORIZON",
          batchSize,
          maximumBatchingWindowInSeconds: windowSeconds,
          maximumRetryAttempts: retries,
          maximumRecordAgeInSeconds: maximumAgeSeconds,
          bisectBatchOnFunctionError: true,
          functionResponseTypes: ["ReportBatchItemFailures"],
          destinationConfig: { onFailure: { destinationArn: failures.arn } },
        },
        pulumi.mergeOptions(opts, {
          dependsOn: [...dependsOn, stream.resource, ...failures.resources],
        }),
      );
      alarm(
        `${name}-lag`,
        {
          alarms,
          description: `${functionName} is 5 minutes behind its stream: look at its errors, then at its batch size.`,
          watch: {
            namespace: "AWS/Lambda",
            name: "IteratorAge",
            dimensions: { FunctionName: functionName },
            statistic: "Maximum",
          },
          above: 300_000,
        },
        opts,
      );
    },
  };
}
