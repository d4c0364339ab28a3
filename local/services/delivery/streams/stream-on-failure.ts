import { randomUUID } from "node:crypto";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Clients, Credentials } from "../../../aws/clients";
import { queueUrl, resourceOf, serviceOf } from "../arns";
import type { FailedBatch } from "./stream-batches";
import type { StreamSource } from "./stream-source";

/** Returns which records of the stream a failed batch holds, without their data. */
export function batchInfo({ shard, records }: FailedBatch) {
  const first = records[0];
  const last = records.at(-1);
  return {
    shardId: shard.shardId,
    startSequenceNumber: first?.sequenceNumber,
    endSequenceNumber: last?.sequenceNumber,
    approximateArrivalOfFirstRecord: first?.arrival.toISOString(),
    approximateArrivalOfLastRecord: last?.arrival.toISOString(),
    batchSize: records.length,
    streamArn: shard.streamArn,
  };
}

/** Returns the metadata for every destination; queues and topics receive only this. */
const invocationRecord = (
  failed: FailedBatch,
  { functionArn, source }: OnFailureArgs,
  at: Date,
) => ({
  requestContext: {
    requestId: failed.response?.requestId ?? randomUUID(),
    functionArn,
    condition: failed.condition,
    approximateInvokeCount: failed.invocations,
  },
  ...(failed.response && { responseContext: failed.response.context }),
  version: "1.0",
  timestamp: at.toISOString(),
  [source.batchInfo]: batchInfo(failed),
});

/** Returns a key in the layout that Lambda documents: `aws/lambda/<mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<random>`. */
function objectKey(mappingId: string, shardId: string, at: Date): string {
  const [day = "", time = ""] = at.toISOString().slice(0, 19).split("T");
  const stamp = `${day}T${time.replaceAll(":", ".")}-${randomUUID()}`;
  return `aws/lambda/${mappingId}/${shardId}/${day.replaceAll("-", "/")}/${stamp}`;
}

export interface OnFailureArgs {
  clients: Clients;
  /** The function's role. */
  credentials: () => Promise<Credentials>;
  functionArn: string;
  mappingId: string;
  source: StreamSource;
}

/**
 * Writes to the mapping's on-failure destination as the function's role. S3 receives the whole event as a string, SQS and SNS only the
 * metadata.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export async function setAside(
  args: OnFailureArgs,
  failed: FailedBatch,
  destinationArn: string,
): Promise<void> {
  const at = new Date();
  const metadata = invocationRecord(failed, args, at);
  const { shardId } = failed.shard;
  if (serviceOf(destinationArn) !== "s3")
    return announce(args, destinationArn, JSON.stringify(metadata));
  const Records = failed.records.map((record) => record.forLambda());
  const payload = JSON.stringify({ Records });
  await args.clients.get(S3Client, await args.credentials()).send(
    new PutObjectCommand({
      Bucket: resourceOf(destinationArn),
      Key: objectKey(args.mappingId, shardId, at),
      Body: JSON.stringify({ ...metadata, payload }),
      ContentType: "application/json",
    }),
  );
}

/** Sends a text to a queue or a topic with the given credentials. */
export async function announce(
  { clients, credentials }: Pick<OnFailureArgs, "clients" | "credentials">,
  destinationArn: string,
  text: string,
): Promise<void> {
  if (serviceOf(destinationArn) === "sns") {
    const publish = new PublishCommand({ TopicArn: destinationArn, Message: text });
    await clients.get(SNSClient, await credentials()).send(publish);
    return;
  }
  await clients.get(SQSClient, await credentials()).send(
    new SendMessageCommand({
      QueueUrl: queueUrl(clients.account, destinationArn),
      MessageBody: text,
    }),
  );
}
