import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { createBatchSplitter, type Accepted } from "../shared/batch";
import { describeError, log } from "../shared/log";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { readingId } from "../shared/reading-id";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";
import { streamAnswer } from "../shared/stream-answer";
import { leftOut, numberIn, type Counting } from "./measured";
import { idInWindow } from "./window";

export interface Settings extends Counting {
  /** The field of a reading that is averaged. */
  field: string;
  readingsStreamName: string;
  quarantineQueueUrl: string;
}

/** A reading as flink/averages.sql reads it. */
export interface Forwarded {
  deviceId: string;
  /** Identifies the reading within its minute, in the order of time; of the same content, the same. */
  id: string;
  /** In ms since the epoch, as is `receivedAt`. */
  timestamp: number;
  receivedAt: number;
  value: number;
}

/** The calls that the handler makes. */
export interface Ports {
  /** Puts at most 500 readings on the stream; returns the indexes of those that it did not take. */
  put: (readings: Forwarded[]) => Promise<number[]>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  field: required(env, "FIELD"),
  above: Number(required(env, "ABOVE")),
  latenessSeconds: Number(required(env, "LATENESS_SECONDS")),
  readingsStreamName: required(env, "READINGS_STREAM_NAME"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html */
const mostRecords = 500;

/**
 * Judges messages for Apache Flink, as every other callback judges them: forwards the values of valid readings and quarantines
 * invalid messages. Runs once per warm environment; the returned handler runs once per batch.
 */
export function createHandler(
  settings: Settings,
  { put, quarantine }: Ports = awsPorts(settings),
): (event: KinesisStreamEvent) => Promise<KinesisStreamBatchResponse> {
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);
  return async ({ Records }) => {
    const incoming = Records.map(({ kinesis }) => ({
      id: kinesis.sequenceNumber,
      body: Buffer.from(kinesis.data, "base64"),
    }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    const measured = accepted.flatMap((one) => forwardedOf(one, settings.field));
    let forwarded = 0;
    for (let from = 0; from < measured.length; from += mostRecords) {
      const some = measured.slice(from, from + mostRecords);
      const missed = await putAll(
        put,
        some.map(({ reading }) => reading),
      );
      forwarded += some.length - missed.size;
      failed.push(...some.filter((_, index) => missed.has(index)).map(({ id }) => id));
    }
    // Flink leaves readings out by the same rule, and counts none; the clock of its windows needs them all.
    const reasons = measured.map(({ reading }) => leftOut(reading.value, reading, settings));
    const below = reasons.filter((reason) => reason === "Below").length;
    count("iot-to-analytics", {
      Received: Records.length,
      Forwarded: forwarded,
      Below: accepted.length - measured.length + below,
      Late: reasons.filter((reason) => reason === "Late").length,
      Quarantined: quarantined,
      Failed: failed.length,
    });
    return streamAnswer(failed, incoming);
  };
}

/** The reading behind a record; none if it lacks the field. */
function forwardedOf(
  { id, reading, envelope }: Accepted,
  field: string,
): { id: string; reading: Forwarded }[] {
  const value = numberIn(reading, field);
  if (value === undefined) return [];
  const { deviceId, timestamp } = reading;
  const { receivedAt } = envelope;
  const ofContent = idInWindow(timestamp, readingId(reading));
  return [{ id, reading: { deviceId, id: ofContent, timestamp, receivedAt, value } }];
}

/** Returns the indexes of the readings that the stream did not take. */
async function putAll(put: Ports["put"], readings: Forwarded[]): Promise<Set<number>> {
  try {
    const missed = await put(readings);
    if (missed.length > 0)
      log("warn", "readings not taken by the stream", { readings: missed.length });
    return new Set(missed);
  } catch (error) {
    log("error", "readings not forwarded", {
      readings: readings.length,
      error: describeError(error),
    });
    return new Set(readings.keys());
  }
}

/** Puts readings on a stream by one call: PutRecords answers in the order of its records, and takes the others if it refuses some. */
export const putOn =
  (kinesis: KinesisClient, streamName: string): Ports["put"] =>
  async (readings) => {
    const { Records = [] } = await kinesis.send(
      new PutRecordsCommand({
        StreamName: streamName,
        Records: readings.map((reading) => ({
          PartitionKey: reading.deviceId,
          Data: Buffer.from(JSON.stringify(reading)),
        })),
      }),
    );
    return Records.flatMap(({ ErrorCode }, index) => (ErrorCode ? [index] : []));
  };

/**
 * The client of Kinesis uses HTTP/2 by default, which the endpoints of the local run do not speak. The handler of the other client makes it use
 * HTTP/1.1, as all clients of this project do.
 */
function awsPorts({ readingsStreamName, quarantineQueueUrl }: Settings): Ports {
  const sqs = new SQSClient({});
  const kinesis = new KinesisClient({ requestHandler: sqs.config.requestHandler });
  return {
    put: putOn(kinesis, readingsStreamName),
    quarantine: quarantineQueue(sqs, quarantineQueueUrl),
  };
}
