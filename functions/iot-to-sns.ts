import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SNSEvent } from "aws-lambda";
import type { Definition } from "../reading/definition";
import { definition } from "../reading/fields";
import { levelOf } from "../reading/severity";
import { writeAlert } from "./shared/alert";
import { alertsTopic, type PublishAlert } from "./shared/alerts-topic";
import { createBatchSplitter } from "./shared/batch";
import { candidateOf } from "./shared/gate/candidate";
import type { GatePorts } from "./shared/gate/gate";
import { readGateSettings, type GateSettings } from "./shared/gate/gate-settings";
import { gateTable } from "./shared/gate/gate-table";
import { createGated } from "./shared/gate/gated";
import { invalid, quote } from "./shared/invalid";
import { count } from "./shared/metrics";
import { quarantineQueue, type Quarantine } from "./shared/quarantine";
import { createReadingParser, type ReadingParser } from "./shared/reading-parser";
import { required } from "./shared/settings";

export interface Settings extends GateSettings {
  alertsTopicArn: string;
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  gate: GatePorts;
  publish: (...alert: Parameters<PublishAlert>) => Promise<unknown>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  alertsTopicArn: required(env, "ALERTS_TOPIC_ARN"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
  ...readGateSettings(env),
});

/** SNS delivers one message per event; redriven events may hold more. */
const publishesAtOnce = 10;

/**
 * Publishes an alert for people when the condition of a device has changed, within the budgets of the gate. Runs once per warm
 * environment; the returned handler runs once per event. If it throws, Lambda invokes it again, and sends the event to the failures
 * queue in the end.
 */
export function createHandler(
  settings: Settings,
  ports: Ports = awsPorts(settings),
): (event: SNSEvent) => Promise<void> {
  const splitBatch = createBatchSplitter(criticalOnly(createReadingParser()), ports.quarantine);
  const sendAlerts = createGated(settings.gateLimits, ports.gate, {
    candidateOf: (one) => candidateOf(one),
    act: async ({ reading }, note) => {
      await ports.publish(writeAlert(reading, { note }), reading);
      return true;
    },
    failure: "alert not sent",
    atOnce: publishesAtOnce,
  });
  return async ({ Records }) => {
    const incoming = Records.map(({ Sns }) => ({ id: Sns.MessageId, body: Sns.Message }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    const { acted, muted, repeated, failed: unsent } = await sendAlerts(accepted);
    failed.push(...unsent);
    count("iot-to-sns", {
      Received: Records.length,
      Stored: acted,
      Muted: muted,
      Duplicates: repeated,
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

const awsPorts = (settings: Settings): Ports => ({
  gate: gateTable(new DynamoDBClient({}), settings.gateTableName),
  publish: alertsTopic(new SNSClient({}), settings.alertsTopicArn),
  quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl),
});
