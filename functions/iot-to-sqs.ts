import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createBatchSplitter, type Accepted } from "./shared/batch";
import { groupBy } from "./shared/group";
import { describeError, log } from "./shared/log";
import { count } from "./shared/metrics";
import { quarantineQueue, type Quarantine } from "./shared/quarantine";
import { readingId } from "./shared/reading-id";
import { createReadingParser } from "./shared/reading-parser";
import { required } from "./shared/settings";

export interface Settings {
  /** Acknowledgements go to `<prefix>/<deviceId>/acks`. */
  ackTopicPrefix: string;
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  publish: (topic: string, message: string) => Promise<void>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  ackTopicPrefix: required(env, "ACK_TOPIC_PREFIX"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/**
 * Acknowledges each reading to its device. Runs once per warm environment; the returned handler runs once per batch and returns the
 * messages that failed.
 */
export function createHandler(
  settings: Settings,
  { publish, quarantine }: Ports = awsPorts(settings),
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);
  const { stringify } = JSON;
  const acknowledge = ({ reading, envelope }: Accepted): Promise<void> => {
    const { deviceId, timestamp } = reading;
    const { receivedAt } = envelope;
    const message = stringify({ timestamp, receivedAt, status: "accepted" });
    return publish(`${settings.ackTopicPrefix}/${deviceId}/acks`, message);
  };
  return async ({ Records }) => {
    const incoming = Records.map(({ messageId, body }) => ({ id: messageId, body }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    // A repeated reading is acknowledged once per batch; a second acknowledgement does no harm.
    const readings = groupBy(accepted, ({ reading }) => readingId(reading));
    let stored = 0;
    await Promise.all(
      readings.map(async (same) => {
        try {
          await acknowledge(same[0]);
          stored += same.length;
        } catch (error) {
          log("error", "acknowledgement not published", {
            deviceId: same[0].reading.deviceId,
            error: describeError(error),
          });
          failed.push(...same.map(({ id }) => id));
        }
      }),
    );
    count("iot-to-sqs", {
      Received: Records.length,
      Stored: stored,
      Duplicates: accepted.length - readings.length,
      Quarantined: quarantined,
      Failed: failed.length,
    });
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

/** The SDK reads the endpoint from AWS_ENDPOINT_URL_IOT_DATA_PLANE. */
function awsPorts(settings: Settings): Ports {
  const iot = new IoTDataPlaneClient({});
  return {
    publish: async (topic, message) => {
      await iot.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from(message) }));
    },
    quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl),
  };
}
