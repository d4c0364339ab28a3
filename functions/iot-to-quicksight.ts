import { SQSClient } from "@aws-sdk/client-sqs";
import type { FirehoseTransformationEvent, FirehoseTransformationResult } from "aws-lambda";
import { readingTime } from "../reading/lake";
import type { Accepted } from "./shared/batch";
import { count } from "./shared/metrics";
import { quarantineQueue, type Quarantine } from "./shared/quarantine";
import { required } from "./shared/settings";
import { createTransformation } from "./shared/transformation";

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
  const transform = createTransformation(quarantine, rowOf);
  return async (event) => {
    const { answer, accepted, quarantined, failed } = await transform(event);
    count("iot-to-quicksight", {
      Received: event.records.length,
      Stored: accepted,
      Quarantined: quarantined,
      Failed: failed,
    });
    return answer;
  };
}

function rowOf({ reading, envelope }: Accepted): string {
  const { receivedAt, payload } = envelope;
  return JSON.stringify({ ...reading, [readingTime]: reading.timestamp, receivedAt, payload });
}

function awsPorts(settings: Settings): Ports {
  return { quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl) };
}
