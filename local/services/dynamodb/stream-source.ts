import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type AttributeValue,
  type _Record,
} from "@aws-sdk/client-dynamodb-streams";
import type { Clients } from "../../aws/clients";
import { checkRole } from "../../aws/role-permissions";
import type { Json } from "../delivery/json";
import type { Shard, StreamRecord } from "../delivery/streams/stream-record";
import { createIterating, type As, type StreamSource } from "../delivery/streams/stream-source";

/** The most records of one GetRecords call of DynamoDB Streams. */
const mostPerLook = 1000;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html; child shards are left out, for the emulator never makes one. */
export const dynamodbSource: StreamSource = {
  data: { name: "dynamodb", textual: false },
  batchInfo: "DDBStreamBatchInfo",
  async listShards(clients, as, StreamArn) {
    await allow(clients, as, "dynamodb:DescribeStream", StreamArn);
    const { StreamDescription } = await clients
      .get(DynamoDBStreamsClient)
      .send(new DescribeStreamCommand({ StreamArn }));
    return (StreamDescription?.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []);
  },
  createReader(clients, shard, start, limit) {
    return createIterating(
      async (as, after) => {
        await allow(clients, as, "dynamodb:GetShardIterator", shard.streamArn);
        const { ShardIterator } = await clients.get(DynamoDBStreamsClient).send(
          new GetShardIteratorCommand({
            StreamArn: shard.streamArn,
            ShardId: shard.shardId,
            ...(after
              ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: after }
              : { ShardIteratorType: start.at === "LATEST" ? "LATEST" : "TRIM_HORIZON" }),
          }),
        );
        return ShardIterator;
      },
      async (as, ShardIterator) => {
        await allow(clients, as, "dynamodb:GetRecords", shard.streamArn);
        const { Records = [], NextShardIterator } = await clients
          .get(DynamoDBStreamsClient)
          .send(new GetRecordsCommand({ ShardIterator, Limit: Math.min(limit, mostPerLook) }));
        const records = Records.map((record) => recordOf(record, shard));
        return { records, caughtUp: records.length === 0, next: NextShardIterator };
      },
    );
  },
};

/** The emulator checks the permission on `*`, whatever the stream, so the role's policies are evaluated here. */
const allow = (clients: Clients, { roleArn }: As, action: string, resource: string) =>
  checkRole(clients, { roleArn, action, resource });

function recordOf(record: _Record, shard: Shard): StreamRecord {
  const { dynamodb: change = {}, eventID = "", eventName = "", eventVersion = "1.1" } = record;
  const { SequenceNumber: sequenceNumber = "", Keys = {} } = change;
  const arrival = change.ApproximateCreationDateTime ?? new Date();
  const event = {
    eventID,
    eventName,
    eventVersion,
    eventSource: "aws:dynamodb",
    awsRegion: shard.region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(arrival.getTime() / 1000),
      Keys: item(Keys),
      ...(change.NewImage && { NewImage: item(change.NewImage) }),
      ...(change.OldImage && { OldImage: item(change.OldImage) }),
      SequenceNumber: sequenceNumber,
      SizeBytes: change.SizeBytes ?? 0,
      StreamViewType: change.StreamViewType ?? "",
    },
    eventSourceARN: shard.streamArn,
    // DynamoDB states that it has deleted an expired item itself.
    ...(record.userIdentity && {
      userIdentity: {
        type: record.userIdentity.Type ?? "",
        principalId: record.userIdentity.PrincipalId ?? "",
      },
    }),
  };
  return {
    sequenceNumber,
    partitionKey: JSON.stringify(event.dynamodb.Keys),
    arrival,
    weight: JSON.stringify(event).length,
    forLambda: () => event,
    forPipe: () => event,
    view: () => event,
  };
}

const item = (attributes: Record<string, AttributeValue>): Record<string, Json> =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, plain(value)]));

/** Returns an attribute value as JSON: bytes become base64. */
function plain(value: AttributeValue): Json {
  if (value.B) return { B: Buffer.from(value.B).toString("base64") };
  if (value.BS) return { BS: value.BS.map((bytes) => Buffer.from(bytes).toString("base64")) };
  if (value.L) return { L: value.L.map(plain) };
  if (value.M) return { M: item(value.M) };
  return value as unknown as Json;
}
