import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { allow, type Statement } from "../policy-document";
import type { Queue } from "../queue";
import type { Source } from "./source";

/** The permissions of a consumer of a queue. */
export const consumeStatement = (queue: Queue): Statement =>
  allow(
    "ConsumeQueue",
    ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    queue.arn,
  );

export interface FromQueueArgs {
  /** 1–10,000. @default 10 */
  batchSize?: number;
  /** The longest wait for a full batch, 0–300 s. A batch of more than 10 needs at least 1. @default 0 */
  windowSeconds?: number;
  /** Concurrent invocations, 2–1,000. Without a limit, a backlog takes all the concurrency of the account. @default 10 */
  maximumConcurrency?: number;
}

/**
 * Messages of a queue, in batches. The callback returns the ids of failed messages, and Lambda deletes the others. The failure path is
 * the redrive policy of the queue.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function fromQueue(
  queue: Queue,
  { batchSize = 10, windowSeconds = 0, maximumConcurrency = 10 }: FromQueueArgs = {},
): Source<SQSEvent, SQSBatchResponse> {
  return {
    statements: [consumeStatement(queue)],
    connect: ({ name, functionName, dependsOn }, opts) => {
      new aws.lambda.EventSourceMapping(
        `${name}-mapping`,
        {
          eventSourceArn: queue.arn,
          functionName,
          batchSize,
          maximumBatchingWindowInSeconds: windowSeconds,
          scalingConfig: { maximumConcurrency },
          functionResponseTypes: ["ReportBatchItemFailures"],
        },
        pulumi.mergeOptions(opts, { dependsOn: [...dependsOn, queue.resource] }),
      );
    },
  };
}
