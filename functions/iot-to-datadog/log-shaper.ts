import { SQSClient } from "@aws-sdk/client-sqs";
import type { FirehoseTransformationEvent, FirehoseTransformationResult } from "aws-lambda";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { required } from "../shared/settings";
import { createTransformation } from "../shared/transformation";
import { createLogWriter, type LogSettings } from "./log-entry";

export interface Settings extends LogSettings {
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  quarantine: Quarantine;
  /** In ms since the epoch. */
  now: () => number;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  service: required(env, "LOG_SERVICE"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/**
 * The transformation of the delivery stream: returns each valid reading as a log of Datadog. Drops invalid messages once they are in the
 * quarantine. A message that the quarantine did not take is ProcessingFailed, so that Firehose stores it, as it came.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
 */
export function createHandler(
  settings: Settings,
  { quarantine, now }: Ports = awsPorts(settings),
): (event: FirehoseTransformationEvent) => Promise<FirehoseTransformationResult> {
  const transform = createTransformation(quarantine, createLogWriter(settings, now));
  return async (event) => {
    const { answer, accepted, quarantined, failed } = await transform(event);
    count("iot-to-datadog", {
      Received: event.records.length,
      Processed: accepted,
      Quarantined: quarantined,
      Failed: failed,
    });
    return answer;
  };
}

const awsPorts = (settings: Settings): Ports => ({
  quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl),
  now: () => Date.now(),
});
