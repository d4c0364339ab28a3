import { SNSClient } from "@aws-sdk/client-sns";
import { writeAlert, type Alert } from "../shared/alert";
import { alertPublisher } from "../shared/publish-alert";
import { required } from "../shared/settings";
import { namingTransient } from "../shared/transient";
import type { Analysis, Telemetry } from "./telemetry";

export interface Settings {
  alertsTopicArn: string;
}

/** The world outside. */
export interface Ports {
  /** Answers with the id that SNS gave the message. */
  publish: (alert: Alert, telemetry: Telemetry) => Promise<string>;
}

/** The state's input: the telemetry, with what ProcessTelemetry found beside it. */
export type Input = Telemetry & { analysis: Analysis };

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  alertsTopicArn: required(env, "ALERTS_TOPIC_ARN"),
});

/** Tells people of the anomalies of a reading. A retry may tell them twice, never not at all. */
export function createHandler(
  settings: Settings,
  { publish }: Ports = awsPorts(settings),
): (input: Input) => Promise<{ messageId: string }> {
  return async ({ analysis, ...telemetry }) => {
    const message = analysis.anomalies.join(" ");
    const alert = writeAlert(
      { ...telemetry, message },
      { title: "Anomaly", happened: "sent an unusual reading" },
    );
    const messageId = await publish(alert, telemetry);
    return { messageId };
  };
}

function awsPorts({ alertsTopicArn }: Settings): Ports {
  const publish = alertPublisher(new SNSClient({}), alertsTopicArn);
  return { publish: (alert, telemetry) => namingTransient(() => publish(alert, telemetry)) };
}
