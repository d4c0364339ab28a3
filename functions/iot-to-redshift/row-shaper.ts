import { SQSClient } from "@aws-sdk/client-sqs";
import type { FirehoseTransformationEvent, FirehoseTransformationResult } from "aws-lambda";
import { definition } from "../../reading/fields";
import type { Accepted } from "../shared/batch";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { readingId } from "../shared/reading-id";
import { required } from "../shared/settings";
import { createTransformation } from "../shared/transformation";

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
 * The transformation of the delivery stream: returns each valid reading as a line of JSON, with its id and the columns of the table. Drops
 * invalid messages once they are in the quarantine. A message that the quarantine did not take is ProcessingFailed, so that Firehose
 * writes it, as it came, below the error prefix.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
export function createHandler(
  settings: Settings,
  { quarantine }: Ports = awsPorts(settings),
): (event: FirehoseTransformationEvent) => Promise<FirehoseTransformationResult> {
  const transform = createTransformation(quarantine, rowOf);
  return async (event) => {
    const { answer, quarantined, failed } = await transform(event);
    count("iot-to-redshift", {
      Received: event.records.length,
      Quarantined: quarantined,
      Failed: failed,
    });
    return answer;
  };
}

/** A line of JSON with the columns of the table; COPY leaves a column without a value null. */
function rowOf({ reading, envelope }: Accepted): string {
  const { deviceId, timestamp } = reading;
  const values = reading as Record<string, unknown>;
  const fields = Object.keys(definition.fields).map((name) => [name, values[name]]);
  const row = {
    readingId: readingId(reading),
    deviceId,
    timestamp,
    ...(Object.fromEntries(fields) as object),
    receivedAt: envelope.receivedAt,
  };
  return `${JSON.stringify(row)}\n`;
}

function awsPorts(settings: Settings): Ports {
  return { quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl) };
}
