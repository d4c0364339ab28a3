import { SQSClient } from "@aws-sdk/client-sqs";
import {
  TimestreamWriteClient,
  WriteRecordsCommand,
  type MeasureValue,
  type RejectedRecord,
  type _Record as Point,
} from "@aws-sdk/client-timestream-write";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { columnsOf } from "../../reading/columns";
import { createBatchSplitter, quarantineAll, type Accepted } from "../shared/batch";
import { groupBy } from "../shared/group";
import { describeError, log } from "../shared/log";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";
import { streamAnswer } from "../shared/stream-answer";
import { pointTime } from "./point";

export interface Settings {
  databaseName: string;
  tableName: string;
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  /** Writes at most 100 points; returns those that Timestream rejected, by their index. All others are written. */
  write: (common: Point, points: Point[]) => Promise<RejectedRecord[]>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  databaseName: required(env, "DATABASE_NAME"),
  tableName: required(env, "TABLE_NAME"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/** @see https://docs.aws.amazon.com/timestream/latest/developerguide/API_WriteRecords.html */
const mostPoints = 100;

/** One name for all points, since each holds all fields of a reading. */
const measureName = "reading";

/** What all points have, sent once per call. */
const common: Point = {
  MeasureName: measureName,
  MeasureValueType: "MULTI",
  TimeUnit: "NANOSECONDS",
};

/** A point, with the record that it was made of. */
interface Made {
  one: Accepted;
  point: Point;
}

/**
 * Writes readings to a table of Timestream for LiveAnalytics. Runs once per warm environment; the returned handler runs once per batch.
 * The version of a point is the time of its receipt, so a repetition changes nothing or the time of receipt alone, whichever comes
 * last. Rejected points are quarantined, exactly those.
 */
export function createHandler(
  settings: Settings,
  { write, quarantine }: Ports = awsPorts(settings),
): (event: KinesisStreamEvent) => Promise<KinesisStreamBatchResponse> {
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);
  const pointOf = createPointWriter();
  return async ({ Records }) => {
    const incoming = Records.map(({ kinesis }) => ({
      id: kinesis.sequenceNumber,
      body: Buffer.from(kinesis.data, "base64"),
    }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    const distinct = groupBy(
      accepted.map((one) => ({ one, point: pointOf(one) })),
      ({ one, point }) => `${one.reading.deviceId}#${point.Time}`,
    ).map(newest);
    let [stored, refused] = [0, 0];
    for (let from = 0; from < distinct.length; from += mostPoints) {
      const made = distinct.slice(from, from + mostPoints);
      try {
        const points = made.map(({ point }) => point);
        // A point of a later receipt is in the table: this one is its repetition.
        const rejected = (await write(common, points)).filter(
          ({ ExistingVersion }) => ExistingVersion === undefined,
        );
        const missed = await quarantineAll(
          rejected.map((rejection) => rejectionOf(made, rejection)),
          quarantine,
        );
        stored += made.length - rejected.length;
        refused += rejected.length - missed.length;
        failed.push(...missed);
      } catch (error) {
        log("error", "readings not written", {
          readings: made.length,
          error: describeError(error),
        });
        failed.push(...made.map(({ one }) => one.id));
      }
    }
    count("iot-to-timestream", {
      Received: Records.length,
      Stored: stored,
      Duplicates: accepted.length - distinct.length,
      Quarantined: quarantined + refused,
      Failed: failed.length,
    });
    return streamAnswer(failed, incoming);
  };
}

/** Of repetitions in one batch the last one received: Timestream rejects a call that holds a point twice. */
const newest = (some: [Made, ...Made[]]): Made =>
  some.reduce((a, b) => (b.one.envelope.receivedAt > a.one.envelope.receivedAt ? b : a));

function rejectionOf(made: Made[], { RecordIndex, Reason }: RejectedRecord) {
  const rejected = made[RecordIndex ?? -1];
  if (!rejected)
    throw new Error(`Timestream rejected a record that it was not sent: ${RecordIndex}.`);
  const { id, envelope } = rejected.one;
  const detail = `Timestream rejected the reading: ${Reason}`;
  return { id, entry: { reason: "refused-by-store" as const, detail, ...envelope } };
}

/** The types of measures. @see https://docs.aws.amazon.com/timestream/latest/developerguide/writes.html#writes.data-types */
const measureTypes = {
  float: "DOUBLE",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  string: "VARCHAR",
} as const;

function createPointWriter(): (accepted: Accepted) => Point {
  const timeOf = pointTime;
  const columns = columnsOf().flatMap(({ name, lineProtocol }) =>
    lineProtocol === "tag" || lineProtocol === "timestamp" || name === "receivedAt"
      ? []
      : [{ Name: name, Type: measureTypes[lineProtocol] }],
  );
  return ({ reading, envelope }) => {
    const values = reading as unknown as Record<string, string | number | boolean | undefined>;
    const measures = columns.flatMap(({ Name, Type }): MeasureValue[] => {
      const value = values[Name];
      // Timestream takes no empty text.
      return value === undefined || value === "" ? [] : [{ Name, Type, Value: String(value) }];
    });
    const received = {
      Name: "receivedAt",
      Type: "BIGINT",
      Value: String(envelope.receivedAt),
    } as const;
    return {
      Dimensions: [{ Name: "deviceId", Value: reading.deviceId }],
      Time: timeOf(reading.timestamp, JSON.stringify(measures)),
      MeasureValues: [...measures, received],
      Version: envelope.receivedAt,
    };
  };
}

function awsPorts({ databaseName, tableName, quarantineQueueUrl }: Settings): Ports {
  const timestream = new TimestreamWriteClient({});
  return {
    write: async (CommonAttributes, Records) => {
      try {
        await timestream.send(
          new WriteRecordsCommand({
            DatabaseName: databaseName,
            TableName: tableName,
            CommonAttributes,
            Records,
          }),
        );
        return [];
      } catch (error) {
        const { name, RejectedRecords = [] } = error as Error & {
          RejectedRecords?: RejectedRecord[];
        };
        // Without the rejected records, nothing is known about the others.
        if (name !== "RejectedRecordsException" || RejectedRecords.length === 0) throw error;
        return RejectedRecords;
      }
    },
    quarantine: quarantineQueue(new SQSClient({}), quarantineQueueUrl),
  };
}
