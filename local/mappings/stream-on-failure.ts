import { randomUUID } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clients, Credentials } from "../aws/clients";
import { queueUrl, resourceOf, serviceOf } from "./arns";
import type { ResponseContext } from "./invoke";
import { streamEvent, type StreamRecord, type StreamSource } from "./stream-event";

/** A batch that Lambda gives up. */
export interface FailedBatch {
  source: StreamSource;
  functionArn: string;
  condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  invocations: number;
  records: readonly StreamRecord[];
  /** The last invocation's; absent when the function never saw the records. */
  response?: { requestId: string; context: ResponseContext };
}

/** The metadata that every destination receives; a queue receives nothing else. */
export function invocationRecord(failed: FailedBatch, at: Date) {
  const { source, records, response } = failed;
  const first = records[0];
  const last = records.at(-1);
  return {
    requestContext: {
      requestId: response?.requestId ?? randomUUID(),
      functionArn: failed.functionArn,
      condition: failed.condition,
      approximateInvokeCount: failed.invocations,
    },
    ...(response && { responseContext: response.context }),
    version: "1.0",
    timestamp: at.toISOString(),
    KinesisBatchInfo: {
      shardId: source.shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: first?.arrival.toISOString(),
      approximateArrivalOfLastRecord: last?.arrival.toISOString(),
      batchSize: records.length,
      streamArn: source.streamArn,
    },
  };
}

/** `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<random>`, the layout that Lambda documents. */
export function objectKey(mappingId: string, shardId: string, at: Date): string {
  const [day = "", time = ""] = at.toISOString().slice(0, 19).split("T");
  const stamp = `${day}T${time.replaceAll(":", ".")}-${randomUUID()}`;
  return `aws/lambda/${mappingId}/${shardId}/${day.replaceAll("-", "/")}/${stamp}`;
}

/**
 * Writes to the mapping's on-failure destination as the function's role.
 * S3 receives the whole event as a string; SQS only tells which records of the stream it was.
 */
export async function setAside(
  clients: Clients,
  credentials: Credentials,
  { destinationArn, mappingId }: { destinationArn: string; mappingId: string },
  failed: FailedBatch,
): Promise<void> {
  const at = new Date();
  const metadata = invocationRecord(failed, at);
  if (serviceOf(destinationArn) === "s3") {
    const payload = JSON.stringify(streamEvent(failed.records, failed.source));
    await clients.get(S3Client, credentials).send(
      new PutObjectCommand({
        Bucket: resourceOf(destinationArn),
        Key: objectKey(mappingId, failed.source.shardId, at),
        Body: JSON.stringify({ ...metadata, payload }),
        ContentType: "application/json",
      }),
    );
    return;
  }
  await clients.get(SQSClient, credentials).send(
    new SendMessageCommand({
      QueueUrl: queueUrl(clients.account, destinationArn),
      MessageBody: JSON.stringify(metadata),
    }),
  );
}
