import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { createSorter } from "../shared/batch";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { createReadingParser, type Reading } from "../shared/reading";
import { required } from "../shared/settings";

export interface Settings {
  quarantineQueueUrl: string;
}

/** The world outside. */
export interface Ports {
  quarantine: Quarantine;
}

/** What an event's `detail` holds: the reading, and when AWS IoT took it. */
export interface ReadingDetail extends Reading {
  receivedAt: number;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/**
 * The pipe's enrichment step: answers with the valid readings of a batch, each of which becomes an event; what it leaves out goes
 * no further, so invalid messages are quarantined here. Throwing means: the pipe takes the whole batch again, then the queue sets
 * it aside.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
 */
export function createHandler(
  settings: Settings,
  { quarantine }: Ports = awsPorts(settings),
): (records: SQSRecord[]) => Promise<ReadingDetail[]> {
  const sortOut = createSorter(createReadingParser(), quarantine);
  return async (records) => {
    const incoming = records.map(({ messageId, body }) => ({ id: messageId, body }));
    const { accepted, quarantined, failed } = await sortOut(incoming);
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
