import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { resourceOf } from "../arns";
import type { Caller, Target } from "./target";

/** @see https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html */
export const deliveryStream = ({ clients, credentials }: Caller, streamArn: string): Target => ({
  most: 500,
  async send(entries) {
    const { RequestResponses = [] } = await clients.get(FirehoseClient, await credentials()).send(
      new PutRecordBatchCommand({
        DeliveryStreamName: resourceOf(streamArn).replace("deliverystream/", ""),
        Records: entries.map(({ text }) => ({ Data: Buffer.from(text) })),
      }),
    );
    return RequestResponses.flatMap(({ ErrorCode, ErrorMessage }, index) =>
      ErrorCode ? { index, reason: `${ErrorCode}: ${ErrorMessage ?? ""}` } : [],
    );
  },
});
