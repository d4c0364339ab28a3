import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SNSEvent } from "aws-lambda";
import type { Definition } from "../reading/definition";
import { definition } from "../reading/fields";
import { levelOf } from "../reading/severity";
import { writeAlert } from "./shared/alert";
import { alertsTopic, type PublishAlert } from "./shared/alerts-topic";
import { createBatchSplitter, type Accepted } from "./shared/batch";
import { invalid, quote } from "./shared/invalid";
import { describeError, log } from "./shared/log";
import { count } from "./shared/metrics";
import { quarantineQueue, type Quarantine } from "./shared/quarantine";
import { createReadingParser, type ReadingParser } from "./shared/reading-parser";
import { required } from "./shared/settings";

export interface Settings {
  alertsTopicArn: string;
  sentTableName: string;
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  wasSent: (id: string) => Promise<boolean>;
  publish: (...alert: Parameters<PublishAlert>) => Promise<unknown>;
  markSent: (id: string) => Promise<void>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  alertsTopicArn: required(env, "ALERTS_TOPIC_ARN"),
  sentTableName: required(env, "SENT_TABLE_NAME"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/** How long the table keeps a reading as sent, in seconds. */
const remembered = 86_400;

/**
 * Publishes an alert for people for each critical reading, once per reading. Runs once per warm environment; the returned handler
 * runs once per event. If it throws, Lambda invokes it again, and sends the event to the failures queue in the end.
 */
export function createHandler(
  settings: Settings,
  ports: Ports = awsPorts(settings),
): (event: SNSEvent) => Promise<void> {
  const splitBatch = createBatchSplitter(criticalOnly(createReadingParser()), ports.quarantine);
  return async ({ Records }) => {
    const incoming = Records.map(({ Sns }) => ({ id: Sns.MessageId, body: Sns.Message }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    let [sent, duplicates] = [0, 0];
    for (const one of accepted) {
      try {
        if (await sendAlert(one, ports)) sent += 1;
        else duplicates += 1;
      } catch (error) {
        log("error", "alert not sent", {
          deviceId: one.reading.deviceId,
          error: describeError(error),
        });
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

/** Quarantines readings that are not critical: the rule selects critical ones only, so one that is not shows a defect. */
const criticalOnly =
  (parse: ReadingParser, { severity }: Definition = definition): ReadingParser =>
  (envelope) => {
    const verdict = parse(envelope);
    if (!verdict.ok || levelOf(verdict.reading) === "critical") return verdict;
    const { field = "severity" } = severity ?? {};
    const given = quote((verdict.reading as Record<string, unknown>)[field]);
    return invalid("not-critical", `${field} is ${given}; only critical readings become alerts.`);
  };

/**
 * Sends an alert unless the table has the reading as sent. Marks it after it is published: a crash in between may send an alert
 * twice, and loses none.
 */
async function sendAlert(
  { reading }: Accepted,
  { wasSent, publish, markSent }: Ports,
): Promise<boolean> {
  const id = `${reading.deviceId}#${reading.timestamp}`;
  if (await wasSent(id)) return false;
  await publish(writeAlert(reading), reading);
  try {
    await markSent(id);
  } catch (error) {
    // The alert is published: another attempt would only send it again.
    log("warn", "alert sent but not remembered", { id, error: describeError(error) });
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
    publish: alertsTopic(new SNSClient({}), settings.alertsTopicArn),
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
