import {
  GetRecordsCommand as GetChangesCommand,
  GetShardIteratorCommand as GetChangesIteratorCommand,
  type DynamoDBStreamsClient,
} from "@aws-sdk/client-dynamodb-streams";
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type KinesisClient,
} from "@aws-sdk/client-kinesis";
import type { Json } from "./json";

/** Metadata of the records of a stream that an event source mapping or a pipe failed to process. */
export interface StreamBatch {
  source: "kinesis" | "table";
  streamArn: string;
  shardId: string;
  /** The first and the last sequence number. */
  first: string;
  last: string;
  /** The number of records. */
  size: number;
}

export interface StreamClients {
  kinesis: KinesisClient;
  tableStreams: DynamoDBStreamsClient;
}

/**
 * Reads what Lambda and EventBridge Pipes send to a queue for a failed batch of a stream.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
export function fromStreamBatch(message: Json): StreamBatch | undefined {
  const { context, requestContext } = message;
  const { partnerResourceArn, functionArn } = (context ?? requestContext ?? {}) as Json;
  if (typeof (partnerResourceArn ?? functionArn) !== "string") return undefined;
  const source = message["KinesisBatchInfo"] ? "kinesis" : "table";
  const info = (message["KinesisBatchInfo"] ?? message["DDBStreamBatchInfo"] ?? {}) as Json;
  const { streamArn, shardId, startSequenceNumber, endSequenceNumber, batchSize: size } = info;
  const texts = [streamArn, shardId, startSequenceNumber, endSequenceNumber];
  if (!texts.every((text): text is string => typeof text === "string")) return undefined;
  if (typeof size !== "number") return undefined;
  const [stream = "", shard = "", first = "", last = ""] = texts;
  return { source, streamArn: stream, shardId: shard, first, last, size };
}

/** A record: the data of a producer, or the new image of an item of a table as JSON. */
interface StreamRecord {
  sequenceNumber: string;
  text: string;
}

type GetRecords = (
  iterator: string,
) => Promise<{ records: StreamRecord[]; next: string | undefined }>;

/** Returns the records of a batch in their order; throws one sentence if the stream no longer has all of them. */
export async function readStreamBatch(
  clients: StreamClients,
  batch: StreamBatch,
): Promise<string[]> {
  const { iterator, getRecords } =
    batch.source === "kinesis"
      ? await inKinesis(clients.kinesis, batch)
      : await inTable(clients.tableStreams, batch);
  const found: StreamRecord[] = [];
  let next: string | undefined = iterator;
  const isOver = (): boolean =>
    found.some(({ sequenceNumber }) => BigInt(sequenceNumber) >= BigInt(batch.last));
  for (let empty = 0; next && !isOver() && empty < mostEmptyAnswers;) {
    const answer: Awaited<ReturnType<GetRecords>> = await getRecords(next);
    empty = answer.records.length > 0 ? 0 : empty + 1;
    found.push(...answer.records);
    next = answer.next;
  }
  const within = found.filter(
    ({ sequenceNumber }) =>
      BigInt(sequenceNumber) >= BigInt(batch.first) && BigInt(sequenceNumber) <= BigInt(batch.last),
  );
  if (within.length < batch.size)
    throw new Error(
      `Stream ${batch.streamArn} has ${within.length} of the ${batch.size} records of the batch in ${batch.shardId} from ${batch.first}: the others have expired and cannot be redriven; delete this message if their loss is acceptable.`,
    );
  return within.map(({ text }) => text);
}

/**
 * GetRecords may return no records although more follow.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
 */
const mostEmptyAnswers = 20;

async function inKinesis(kinesis: KinesisClient, { streamArn, shardId, first }: StreamBatch) {
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamARN: streamArn,
      ShardId: shardId,
      ShardIteratorType: "AT_SEQUENCE_NUMBER",
      StartingSequenceNumber: first,
    }),
  );
  const getRecords: GetRecords = async (iterator) => {
    const { Records = [], NextShardIterator } = await kinesis.send(
      new GetRecordsCommand({ StreamARN: streamArn, ShardIterator: iterator }),
    );
    const records = Records.map(({ SequenceNumber = "", Data = new Uint8Array() }) => ({
      sequenceNumber: SequenceNumber,
      text: Buffer.from(Data).toString(),
    }));
    return { records, next: NextShardIterator };
  };
  return { iterator: ShardIterator, getRecords };
}

async function inTable(streams: DynamoDBStreamsClient, { streamArn, shardId, first }: StreamBatch) {
  const { ShardIterator } = await streams.send(
    new GetChangesIteratorCommand({
      StreamArn: streamArn,
      ShardId: shardId,
      ShardIteratorType: "AT_SEQUENCE_NUMBER",
      SequenceNumber: first,
    }),
  );
  const getRecords: GetRecords = async (iterator) => {
    const { Records = [], NextShardIterator } = await streams.send(
      new GetChangesCommand({ ShardIterator: iterator }),
    );
    const records = Records.map(({ dynamodb }) => ({
      sequenceNumber: dynamodb?.SequenceNumber ?? "0",
      text: JSON.stringify(plainObject(dynamodb?.NewImage ?? {})),
    }));
    return { records, next: NextShardIterator };
  };
  return { iterator: ShardIterator, getRecords };
}

/** The strings and numbers of an item; envelopes of device messages have no other types. */
const plainObject = (item: Record<string, { S?: string; N?: string }>): Json =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, { S, N }]): [string, string | number][] => {
      if (S !== undefined) return [[name, S]];
      return N !== undefined ? [[name, Number(N)]] : [];
    }),
  );
