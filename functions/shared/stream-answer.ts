import type { KinesisStreamBatchResponse } from "aws-lambda";

/**
 * The response about a batch of a stream of which some records failed: the earliest of them, since Lambda retries the batch from the
 * lowest sequence number in the response.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export function streamAnswer(
  failed: readonly string[],
  incoming: readonly { id: string }[],
): KinesisStreamBatchResponse {
  const among = new Set(failed);
  const first = incoming.find(({ id }) => among.has(id));
  return { batchItemFailures: first ? [{ itemIdentifier: first.id }] : [] };
}
