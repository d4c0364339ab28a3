import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { parameter, prepare, type Caller, type Target } from "./target";

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html */
export function stream(
  { clients, credentials }: Caller,
  streamArn: string,
  { partitionKey }: { partitionKey: string },
): Target {
  const key = parameter(partitionKey);
  return {
    most: 500,
    async send(entries) {
      const { ready, failures } = prepare(entries, ({ text, event }) => ({
        Data: Buffer.from(text),
        PartitionKey: key(event),
      }));
      if (ready.length === 0) return failures;
      const { Records = [] } = await clients.get(KinesisClient, await credentials()).send(
        new PutRecordsCommand({
          StreamARN: streamArn,
          Records: ready.map(({ made }) => made),
        }),
      );
      const refused = Records.flatMap(({ ErrorCode, ErrorMessage }, index) =>
        ErrorCode
          ? { index: ready[index]?.index ?? index, reason: `${ErrorCode}: ${ErrorMessage ?? ""}` }
          : [],
      );
      return [...failures, ...refused];
    },
  };
}
