import { SQSClient } from "@aws-sdk/client-sqs";
import type {
  FirehoseTransformationEvent,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from "aws-lambda";
import { readingTime } from "../reading/lake";
import { createBatchSplitter } from "./shared/batch";
import { count } from "./shared/metrics";
import { quarantineQueue, type Quarantine } from "./shared/quarantine";
import { createReadingParser } from "./shared/reading-parser";
import { required } from "./shared/settings";

export interface Settings {
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/**
 * Transforms the records of a delivery stream into rows of the lake: `Ok` for a valid reading, `Dropped` for an invalid message that the
 * quarantine has taken, `ProcessingFailed` for one that it has not taken, which Firehose writes below the error prefix. A row keeps the
 * members of the message's envelope, so that a row that Firehose cannot convert to Parquet can be redriven; only those that are
 * columns of the table reach the lake.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html
 */
export function createHandler(
  settings: Settings,
  { quarantine }: Ports = awsPorts(settings),
): (event: FirehoseTransformationEvent) => Promise<FirehoseTransformationResult> {
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);
  const { stringify } = JSON;
  const { from } = Buffer;
  return async ({ records }) => {
    const incoming = records.map(({ recordId, data }) => ({
      id: recordId,
      body: from(data, "base64"),
    }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    count("iot-to-quicksight", {
      Received: records.length,
      Stored: accepted.length,
      Quarantined: quarantined,
      Failed: failed.length,
    });
    const rows = new Map(
      accepted.map(({ id, reading, envelope }) => {
        const { receivedAt, payload } = envelope;
        const row = { ...reading, [readingTime]: reading.timestamp, receivedAt, payload };
        return [id, from(stringify(row)).toString("base64")];
      }),
    );
    const kept = new Set(failed);
    return {
      records: records.map(({ recordId, data }): FirehoseTransformationResultRecord => {
        const row = rows.get(recordId);
        if (row !== undefined) return { recordId, result: "Ok", data: row };
        const result = kept.has(recordId) ? "ProcessingFailed" : "Dropped";
        return { recordId, result, data };
      }),
    };
  };
}

function awsPorts(settings: Settings): Ports {
  return { quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl) };
}
