import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import type { Reading } from "../../reading/reading";
import { createBatchSplitter } from "../shared/batch";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";

export interface Settings {
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  quarantine: Quarantine;
}

/** An event's `detail`: the reading, and when AWS IoT received it. */
export interface ReadingDetail extends Reading {
  /** In ms since the epoch. */
  receivedAt: number;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/**
 * The pipe's enrichment step: returns the valid readings of a batch, each of which becomes an event. What it leaves out goes no
 * further, so it quarantines invalid messages. If it throws, the pipe retries the whole batch, and the queue moves it to the failures
 * queue in the end.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
 */
export function createHandler(
  settings: Settings,
  { quarantine }: Ports = awsPorts(settings),
): (records: SQSRecord[]) => Promise<ReadingDetail[]> {
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);
  return async (records) => {
    const incoming = records.map(({ messageId, body }) => ({ id: messageId, body }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    count("iot-to-eventbridge", {
      Received: records.length,
      Quarantined: quarantined,
      Failed: failed.length,
    });
    if (failed.length > 0)
      throw new Error(
        `${failed.length} of ${records.length} messages could not be quarantined: ${failed.join(", ")}.`,
      );
    return accepted.map(({ reading, envelope }) => ({
      ...reading,
      receivedAt: envelope.receivedAt,
    }));
  };
}

function awsPorts(settings: Settings): Ports {
  return { quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl) };
}
