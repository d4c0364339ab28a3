import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { alarm, sumOf } from "../alarm";
import type { FailuresBucket } from "../failures-bucket";
import { allow } from "../policy-document";
import { retentionHours, type ReadStream } from "../record-stream";
import type { Consumer, Source } from "./source";

export interface FromStreamArgs {
  /** Receives the records that could not be processed. A queue would receive their sequence numbers only. */
  failures: FailuresBucket;
  /** 1–10,000. @default 100 */
  batchSize?: number;
  /** The longest wait for a full batch, 0–300 s. @default 1 */
  windowSeconds?: number;
  /** Retries of a failed batch, 0–10,000. Lambda's own default, until the records expire, blocks the shard. @default 5 */
  retries?: number;
  /**
   * The greatest age of a record, 60–604,800 s; older records go to `failures` without an attempt. @default an hour less than the stream keeps
   * records, so that a mapping that is new, replaced or enabled again processes what is in the stream
   */
  maximumAgeSeconds?: number;
  /**
   * The logical name of a consumer with enhanced fan-out. It has 2 MB a second and shard of its own, instead of a share of the five reads
   * a second of all other readers. @default none
   */
  fanOutAs?: string;
}

/** An event of a mapping whose invocations share a state for the length of a window. */
export interface WindowArgs extends FromStreamArgs {
  /** 1–900 s. @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html */
  tumblingWindowSeconds: number;
}

/**
 * Records of a Kinesis stream, in batches per shard. The failure path: Lambda halves a failed batch and retries it a limited number of
 * times, then writes the records to S3.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export function fromStream(
  stream: ReadStream,
  args: FromStreamArgs,
): Source<KinesisStreamEvent, KinesisStreamBatchResponse> {
  return readStream(stream, args);
}

/** The same, with a state that Lambda keeps between the invocations of a window and shard; `Event` and `Answer` have it. */
export const windowsOfStream = <
  Event extends KinesisStreamEvent,
  Answer extends KinesisStreamBatchResponse & { state: unknown },
>(
  stream: ReadStream,
  args: WindowArgs,
): Source<Event, Answer> => readStream(stream, args);

function readStream<Event, Answer>(
  stream: ReadStream,
  args: FromStreamArgs & Partial<WindowArgs>,
): Source<Event, Answer> {
  const { failures, batchSize = 100, windowSeconds = 1, retries = 5 } = args;
  const { maximumAgeSeconds = 3600 * (retentionHours - 1), tumblingWindowSeconds, fanOutAs } = args;
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
      ...(fanOutAs === undefined ? [] : [stream.subscribeStatement(fanOutAs)]),
      ...failures.writeStatements(),
    ],
    connect: ({ name, functionName, alarms, dependsOn }, opts) => {
      new aws.lambda.EventSourceMapping(
        `${name}-mapping`,
        {
          eventSourceArn: fanOutAs === undefined ? stream.arn : stream.fanOut(fanOutAs, opts),
          functionName,
          startingPosition: "TRIM_HORIZON",
          batchSize,
          maximumBatchingWindowInSeconds: windowSeconds,
          maximumRetryAttempts: retries,
          maximumRecordAgeInSeconds: maximumAgeSeconds,
          bisectBatchOnFunctionError: true,
          ...(tumblingWindowSeconds !== undefined && {
            tumblingWindowInSeconds: tumblingWindowSeconds,
          }),
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
          description: `IteratorAge of function ${functionName}: the function is 5 minutes behind its stream. Check its errors and throttles, then its duration and batch size.`,
          watch: {
            namespace: "AWS/Lambda",
            name: "IteratorAge",
            dimensions: { FunctionName: functionName },
            statistic: "Maximum",
          },
          above: 300_000,
          notifiesOfRecovery: true,
        },
        opts,
      );
      watchStandstill(name, { stream, functionName, alarms }, opts);
    },
  };
}

const standstillMinutes = 15;

/**
 * Creates an alarm on a mapping that does not invoke its function: disabled, or without a permission. Lambda reports IteratorAge only
 * while it invokes. The alarm fires if records came in during the last period but one and the function was invoked neither in that period
 * nor in the last, so a record that arrives at the end of a period does not raise it. `x - DIFF(x)` is the previous value of `x`.
 * Invocations are missing while nothing is invoked; `records * 0` stands in for them, and `FILL` where both are missing.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
function watchStandstill(
  name: string,
  {
    stream,
    functionName,
    alarms,
  }: Pick<Consumer, "functionName" | "alarms"> & { stream: ReadStream },
  opts: pulumi.CustomResourceOptions,
): void {
  alarm(
    `${name}-standstill`,
    {
      alarms,
      description: `IncomingRecords of stream ${stream.name} without Invocations of function ${functionName} for ${standstillMinutes} minutes: the event source mapping stands still, and records expire unread. Check that the mapping is enabled, and its last result for a missing permission.`,
      watch: {
        metrics: {
          records: sumOf("AWS/Kinesis", { StreamName: stream.name })("IncomingRecords"),
          invocations: sumOf("AWS/Lambda", { FunctionName: functionName })("Invocations"),
        },
        steps: {
          came: "FILL(records, 0)",
          ran: "FILL(MAX([invocations, records * 0]), 0)",
        },
        expression: "IF(ran + ran - DIFF(ran) < 1, came - DIFF(came), 0)",
      },
      periodSeconds: 60 * standstillMinutes,
      notifiesOfRecovery: true,
    },
    opts,
  );
}
