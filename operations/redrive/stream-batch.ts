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

/** Records of a stream that a mapping or a pipe gave up: which they are, not what they say. */
export interface StreamBatch {
  source: "kinesis" | "table";
  streamArn: string;
  shardId: string;
  first: string;
  last: string;
  size: number;
}

export interface StreamClients {
  kinesis: KinesisClient;
  tableStreams: DynamoDBStreamsClient;
}

type Json = Record<string, unknown>;

/**
 * Understands what Lambda and Pipes write to a queue for a failed batch of a stream.
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

/** One record: what a producer put, or what a table's item became, as a JSON text. */
interface Held {
  sequenceNumber: string;
  text: string;
}

type Look = (iterator: string) => Promise<{ records: Held[]; next: string | undefined }>;

/** Reads the records while the stream still has them, in their order; throws one sentence when it has not all of them. */
export async function readStreamBatch(
  clients: StreamClients,
  batch: StreamBatch,
): Promise<string[]> {
  const { iterator, look } =
    batch.source === "kinesis"
      ? await inKinesis(clients.kinesis, batch)
      : await inTable(clients.tableStreams, batch);
  const found: Held[] = [];
  let next: string | undefined = iterator;
  const isOver = (): boolean =>
    found.some(({ sequenceNumber }) => BigInt(sequenceNumber) >= BigInt(batch.last));
  for (let empty = 0; next && !isOver() && empty < mostEmptyLooks;) {
    const looked: Awaited<ReturnType<Look>> = await look(next);
    empty = looked.records.length > 0 ? 0 : empty + 1;
    found.push(...looked.records);
    next = looked.next;
  }
  const within = found.filter(
    ({ sequenceNumber }) =>
      BigInt(sequenceNumber) >= BigInt(batch.first) && BigInt(sequenceNumber) <= BigInt(batch.last),
  );
  if (within.length < batch.size)
    throw new Error(
      `Of ${batch.size} records of ${batch.streamArn}, ${batch.shardId} from ${batch.first}, the stream has ${within.length}: the others have expired.`,
    );
  return within.map(({ text }) => text);
}

/** A look may find nothing though more follows: a shard has stretches of time without records. */
const mostEmptyLooks = 20;

async function inKinesis(kinesis: KinesisClient, { streamArn, shardId, first }: StreamBatch) {
  const { ShardIterator } = await kinesis.send(
    new GetShardIteratorCommand({
      StreamARN: streamArn,
      ShardId: shardId,
      ShardIteratorType: "AT_SEQUENCE_NUMBER",
      StartingSequenceNumber: first,
    }),
  );
  const look: Look = async (iterator) => {
    const { Records = [], NextShardIterator } = await kinesis.send(
      new GetRecordsCommand({ StreamARN: streamArn, ShardIterator: iterator }),
    );
    const records = Records.map(({ SequenceNumber = "", Data = new Uint8Array() }) => ({
      sequenceNumber: SequenceNumber,
      text: Buffer.from(Data).toString(),
    }));
    return { records, next: NextShardIterator };
  };
  return { iterator: ShardIterator, look };
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
  const look: Look = async (iterator) => {
    const { Records = [], NextShardIterator } = await streams.send(
      new GetChangesCommand({ ShardIterator: iterator }),
    );
    const records = Records.map(({ dynamodb }) => ({
      sequenceNumber: dynamodb?.SequenceNumber ?? "0",
      text: JSON.stringify(plainly(dynamodb?.NewImage ?? {})),
    }));
    return { records, next: NextShardIterator };
  };
  return { iterator: ShardIterator, look };
}

/** Texts and numbers of an item: a device's message is in no other type. */
const plainly = (item: Record<string, { S?: string; N?: string }>): Json =>
  Object.fromEntries(
    Object.entries(item).flatMap(([name, { S, N }]): [string, string | number][] => {
      if (S !== undefined) return [[name, S]];
      return N !== undefined ? [[name, Number(N)]] : [];
    }),
  );
