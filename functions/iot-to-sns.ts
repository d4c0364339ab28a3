import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SNSEvent } from "aws-lambda";
import { writeAlert, type Alert } from "./shared/alert";
import { createSorter, type Accepted } from "./shared/batch";
import { log, told } from "./shared/log";
import { count } from "./shared/metrics";
import { alertPublisher } from "./shared/publish-alert";
import { quarantineQueue, type Quarantine } from "./shared/quarantine";
import { createReadingParser, type Reading, type ReadingParser } from "./shared/reading";
import { required } from "./shared/settings";

export interface Settings {
  alertsTopicArn: string;
  sentTableName: string;
  quarantineQueueUrl: string;
}

/** The world outside. */
export interface Ports {
  wasSent: (id: string) => Promise<boolean>;
  publish: (alert: Alert, reading: Reading) => Promise<unknown>;
  markSent: (id: string) => Promise<void>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  alertsTopicArn: required(env, "ALERTS_TOPIC_ARN"),
  sentTableName: required(env, "SENT_TABLE_NAME"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/** How long a reading stays known as sent, in seconds. */
const remembered = 86_400;

/**
 * Turns critical messages into alerts that a person can read, once per reading. Runs once per warm environment; the returned
 * handler runs once per event. Throwing means: Lambda tries again, then sets the event aside.
 */
export function createHandler(
  settings: Settings,
  ports: Ports = awsPorts(settings),
): (event: SNSEvent) => Promise<void> {
  const sortOut = createSorter(criticalOnly(createReadingParser()), ports.quarantine);
  return async ({ Records }) => {
    const incoming = Records.map(({ Sns }) => ({ id: Sns.MessageId, body: Sns.Message }));
    const { accepted, quarantined, failed } = await sortOut(incoming);
    let [sent, duplicates] = [0, 0];
    for (const one of accepted) {
      try {
        if (await tell(one, ports)) sent += 1;
        else duplicates += 1;
      } catch (error) {
        log("error", "alert not sent", { deviceId: one.reading.deviceId, error: told(error) });
        failed.push(one.id);
      }
    }
    count("iot-to-sns", {
      Received: Records.length,
      Stored: sent,
      Duplicates: duplicates,
      Quarantined: quarantined,
      Failed: failed.length,
    });
    if (failed.length > 0)
      throw new Error(
        `${failed.length} of ${Records.length} messages failed: ${failed.join(", ")}.`,
      );
  };
}

/** The rule selects critical messages; one that is not shows that the two disagree, and must be seen. */
const criticalOnly =
  (parse: ReadingParser): ReadingParser =>
  (envelope) => {
    const verdict = parse(envelope);
    if (!verdict.ok || verdict.reading.status === "critical") return verdict;
    return {
      ok: false,
      reason: "not-critical",
      detail: `status is "${verdict.reading.status}"; only critical readings become alerts.`,
    };
  };

/** Looks, publishes, remembers, in this order: a crash in between may tell people twice, never not at all. */
async function tell(
  { reading }: Accepted,
  { wasSent, publish, markSent }: Ports,
): Promise<boolean> {
  const id = `${reading.deviceId}#${reading.timestamp}`;
  if (await wasSent(id)) return false;
  await publish(writeAlert(reading), reading);
  try {
    await markSent(id);
  } catch (error) {
    // The alert is out: trying again would only send it again.
    log("warn", "alert sent but not remembered", { id, error: told(error) });
  }
  return true;
}

function awsPorts(settings: Settings): Ports {
  const dynamodb = new DynamoDBClient({});
  const TableName = settings.sentTableName;
  return {
    wasSent: async (id) => {
      const Key = { id: { S: id } };
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName, Key, ConsistentRead: true }),
      );
      return Item !== undefined;
    },
    publish: alertPublisher(new SNSClient({}), settings.alertsTopicArn),
    markSent: async (id) => {
      const expiresAt = Math.floor(Date.now() / 1000) + remembered;
      await dynamodb.send(
        new PutItemCommand({
          TableName,
          Item: { id: { S: id }, expiresAt: { N: String(expiresAt) } },
        }),
      );
    },
    quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl),
  };
}
