import { SQSClient } from "@aws-sdk/client-sqs";
import type {
  FirehoseTransformationEvent,
  FirehoseTransformationResult,
  FirehoseTransformationResultRecord,
} from "aws-lambda";
import { createBatchSplitter } from "../shared/batch";
import { log } from "../shared/log";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";
import { createEventWriter, readEventSettings, type EventSettings } from "./hec-event";

export interface Settings extends EventSettings {
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  ...readEventSettings(env),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/**
 * The bytes that a synchronous invocation may return; less what the answer itself adds.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
const mostBytes = 6_000_000;

/**
 * Transforms the records of a delivery stream to Splunk events. Each record has exactly one result: `Ok` with its event, `Dropped` if it is
 * invalid and the quarantine has it, `ProcessingFailed` if the quarantine does not have it or the answer has no room left; Firehose
 * writes failed records to the failures bucket.
 */
export function createHandler(
  settings: Settings,
  { quarantine }: Ports = awsPorts(settings),
): (event: FirehoseTransformationEvent) => Promise<FirehoseTransformationResult> {
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);
  const write = createEventWriter(settings);
  const { from: bytesOf } = Buffer;
  const limit = mostBytes;
  return async ({ records }) => {
    const incoming = records.map(({ recordId, data }) => ({
      id: recordId,
      body: bytesOf(data, "base64"),
    }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    const results = new Map<string, FirehoseTransformationResultRecord>();
    let bytes = 0;
    for (const { recordId } of records) bytes += recordId.length + 60;
    let surplus = 0;
    for (const one of accepted) {
      const data = bytesOf(write(one)).toString("base64");
      const fits = bytes + data.length <= limit;
      if (fits) bytes += data.length;
      else surplus += 1;
      results.set(
        one.id,
        fits
          ? { recordId: one.id, result: "Ok", data }
          : { recordId: one.id, result: "ProcessingFailed" },
      );
    }
    if (surplus > 0)
      log("error", "the answer has no room left: a smaller BufferSizeInMBs is necessary", {
        records: surplus,
      });
    for (const recordId of failed) results.set(recordId, { recordId, result: "ProcessingFailed" });
    count("iot-to-splunk", {
      Received: records.length,
      Processed: accepted.length - surplus,
      Quarantined: quarantined,
      Failed: failed.length + surplus,
    });
    return {
      records: records.map(
        ({ recordId }) => results.get(recordId) ?? { recordId, result: "Dropped" },
      ),
    };
  };
}

const awsPorts = (settings: Settings): Ports => ({
  quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl),
});
