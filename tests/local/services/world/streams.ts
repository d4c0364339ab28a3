import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb";
import { CreateStreamCommand, KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import type { Clients } from "../../../../local/aws/clients";
import { next } from "./names";
import type { Statement } from "./roles";

export interface Streams {
  stream(): Promise<{ name: string; arn: string; put(...texts: string[]): Promise<string[]> }>;
  /** A table with the partition key `id` and a stream of both images. */
  table(): Promise<{
    streamArn: string;
    put(item: Record<string, AttributeValue>): Promise<void>;
  }>;
}

export function createStreams(clients: Clients): Streams {
  const { region, accountId } = clients.account;

  return {
    async stream() {
      const name = next("stream");
      const kinesis = clients.get(KinesisClient);
      await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
      return {
        name,
        arn: `arn:aws:kinesis:${region}:${accountId}:stream/${name}`,
        async put(...texts) {
          const sequenceNumbers: string[] = [];
          for (const text of texts) {
            const { SequenceNumber = "" } = await kinesis.send(
              new PutRecordCommand({
                StreamName: name,
                PartitionKey: "sensor-1",
                Data: Buffer.from(text),
              }),
            );
            sequenceNumbers.push(SequenceNumber);
          }
          return sequenceNumbers;
        },
      };
    },
    async table() {
      const TableName = next("table");
      const dynamodb = clients.get(DynamoDBClient);
      const { TableDescription } = await dynamodb.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
        }),
      );
      return {
        streamArn: TableDescription?.LatestStreamArn ?? "",
        async put(Item) {
          await dynamodb.send(new PutItemCommand({ TableName, Item }));
        },
      };
    },
  };
}

/** The permissions of a function's role to read a stream. */
export const readStream = (streamArn: string): Statement => ({
  Action: [
    "kinesis:DescribeStream",
    "kinesis:ListShards",
    "kinesis:GetShardIterator",
    "kinesis:GetRecords",
  ],
  Resource: streamArn,
});

/** The permissions of a function's role to read a table's stream. */
export const readTableStream = (streamArn: string): Statement => ({
  Action: ["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"],
  Resource: streamArn,
});
