import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createSorter, type Accepted } from "./shared/batch";
import { groupBy } from "./shared/group";
import { log, told } from "./shared/log";
import { count } from "./shared/metrics";
import { quarantineQueue, type Quarantine } from "./shared/quarantine";
import { createReadingParser } from "./shared/reading";
import { required } from "./shared/settings";

export interface Settings {
  /** Acknowledgements go to `<prefix>/<deviceId>/acks`. */
  ackTopicPrefix: string;
  quarantineQueueUrl: string;
}

/** The world outside. */
export interface Ports {
  publish: (topic: string, message: string) => Promise<void>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  ackTopicPrefix: required(env, "ACK_TOPIC_PREFIX"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/**
 * Works off device messages and tells each device which of its readings has arrived. Runs once per warm environment; the returned
 * handler runs once per batch and answers with the messages that have to come again.
 */
export function createHandler(
  settings: Settings,
  { publish, quarantine }: Ports = awsPorts(settings),
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const sortOut = createSorter(createReadingParser(), quarantine);
  const { stringify } = JSON;
  const acknowledge = ({ reading, envelope }: Accepted): Promise<void> => {
    const { deviceId, timestamp } = reading;
    const { receivedAt } = envelope;
    const message = stringify({ timestamp, receivedAt, status: "accepted" });
    return publish(`${settings.ackTopicPrefix}/${deviceId}/acks`, message);
  };
  return async ({ Records }) => {
    const incoming = Records.map(({ messageId, body }) => ({ id: messageId, body }));
    const { accepted, quarantined, failed } = await sortOut(incoming);
    // A device that repeats itself is told once per batch; being told twice does it no harm.
    const readings = groupBy(accepted, ({ reading }) => `${reading.deviceId}#${reading.timestamp}`);
    let stored = 0;
    await Promise.all(
      readings.map(async (same) => {
        try {
          await acknowledge(same[0]);
          stored += same.length;
        } catch (error) {
          log("error", "acknowledgement not published", {
            deviceId: same[0].reading.deviceId,
            error: told(error),
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

/** The endpoint comes from AWS_ENDPOINT_URL_IOT_DATA_PLANE, which the SDK reads by itself. */
function awsPorts(settings: Settings): Ports {
  const iot = new IoTDataPlaneClient({});
  return {
    publish: async (topic, message) => {
      await iot.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from(message) }));
    },
    quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl),
  };
}
