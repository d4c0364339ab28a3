import { SQSClient } from "@aws-sdk/client-sqs";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { pause } from "../shared/backoff";
import { createBatchSplitter, quarantineAll, type Accepted } from "../shared/batch";
import { describeError, log } from "../shared/log";
import { count } from "../shared/metrics";
import { shorten } from "../shared/printable";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";
import { streamAnswer } from "../shared/stream-answer";
import { connect, type InfluxdbSettings } from "./influxdb-connection";
import { createLinesWriter, type WriteLines } from "./influxdb-write";
import { createLineWriter } from "./line-protocol";

export interface Settings extends InfluxdbSettings {
  table: string;
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  write: WriteLines;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  url: required(env, "INFLUXDB_URL"),
  version: required(env, "INFLUXDB_VERSION") === "v2" ? "v2" : "v3",
  database: required(env, "INFLUXDB_DATABASE"),
  organization: env.INFLUXDB_ORGANIZATION ?? "",
  secretArn: required(env, "INFLUXDB_SECRET_ARN"),
  table: required(env, "INFLUXDB_TABLE"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/**
 * The most lines of a request.
 * @see https://docs.influxdata.com/influxdb3/core/write-data/best-practices/optimize-writes/
 */
const mostLines = 5000;

/**
 * Writes readings to InfluxDB. Runs once per warm environment; the returned handler runs once per batch. To write a reading again
 * changes nothing, so late, repeated and redriven messages do no harm. Readings that InfluxDB refuses are quarantined, exactly those.
 */
export function createHandler(
  settings: Settings,
  { write, quarantine }: Ports = awsPorts(settings),
): (event: KinesisStreamEvent) => Promise<KinesisStreamBatchResponse> {
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);
  const lineOf = createLineWriter(settings.table);
  return async ({ Records }) => {
    const incoming = Records.map(({ kinesis }) => ({
      id: kinesis.sequenceNumber,
      body: Buffer.from(kinesis.data, "base64"),
    }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    let [stored, refused] = [0, 0];
    for (let from = 0; from < accepted.length; from += mostLines) {
      const readings = accepted.slice(from, from + mostLines);
      try {
        const lines = readings.map(({ reading, envelope }) => lineOf(reading, envelope.receivedAt));
        const refusals = await write(lines);
        const missed = await quarantineAll(
          refusals.map(({ index, reason }) => refusalOf(readings[index] as Accepted, reason)),
          quarantine,
        );
        stored += readings.length - refusals.length;
        refused += refusals.length - missed.length;
        failed.push(...missed);
      } catch (error) {
        log("error", "readings not written", {
          readings: readings.length,
          error: describeError(error),
        });
        failed.push(...readings.map(({ id }) => id));
      }
    }
    count("iot-to-timestream", {
      Received: Records.length,
      Stored: stored,
      Quarantined: quarantined + refused,
      Failed: failed.length,
    });
    return streamAnswer(failed, incoming);
  };
}

const refusalOf = ({ id, envelope }: Accepted, reason: string) => ({
  id,
  entry: {
    reason: "refused-by-store" as const,
    detail: `InfluxDB refused the reading: ${shorten(reason)}`,
    ...envelope,
  },
});

const awsPorts = (settings: Settings): Ports => ({
  write: createLinesWriter(connect(settings), pause),
  quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl),
});
