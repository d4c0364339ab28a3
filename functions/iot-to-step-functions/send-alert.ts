import { SNSClient } from "@aws-sdk/client-sns";
import { writeAlert, type Alert } from "../shared/alert";
import { alertsTopic } from "../shared/alerts-topic";
import { required } from "../shared/settings";
import { namingTransient } from "../shared/transient";
import type { Analysis, Telemetry } from "./telemetry";

export interface Settings {
  alertsTopicArn: string;
}

/** The calls that the handler makes. */
export interface Ports {
  /** Returns the id that SNS gave the message. */
  publish: (alert: Alert, telemetry: Telemetry) => Promise<string>;
}

/** The state's input: the telemetry, and the result of ProcessTelemetry. */
export type Input = Telemetry & { analysis: Analysis };

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  alertsTopicArn: required(env, "ALERTS_TOPIC_ARN"),
});

/** Publishes an alert for people about the anomalies of a reading. A retry may publish it twice. */
export function createHandler(
  settings: Settings,
  { publish }: Ports = awsPorts(settings),
): (input: Input) => Promise<{ messageId: string }> {
  return async ({ analysis, ...telemetry }) => {
    const alert = writeAlert(telemetry, {
      occasion: {
        title: "Anomaly",
        happened: "sent an unusual reading",
        because: analysis.anomalies.join(" "),
      },
    });
    const messageId = await publish(alert, telemetry);
    return { messageId };
  };
}

function awsPorts({ alertsTopicArn }: Settings): Ports {
  const publish = alertsTopic(new SNSClient({}), alertsTopicArn);
  return { publish: (alert, telemetry) => namingTransient(() => publish(alert, telemetry)) };
}
