import { executionName } from "../../../functions/iot-to-step-functions/starter";
import { envelopeOf, readingOf, receivedAt, sqsEvent } from "../../support/events";
import { invalid, quarantined, type Sample } from "./sample";

const telemetry = { ...readingOf({ status: "critical", temperature: 95 }), receivedAt };
const anomalies = [
  "The device reports a critical state.",
  "The temperature is 95 °C, above the limit of 80 °C.",
];
const analysis = { anomalies, hasAnomalies: true };

export const iotToStepFunctions: Record<string, Sample[]> = {
  "iot-to-step-functions-starter": [
    {
      title: "starts an execution named after the reading and quarantines what is invalid",
      event: sqsEvent(envelopeOf(readingOf()), invalid),
      outcome: { answer: { batchItemFailures: [] } },
      calls: [
        quarantined("iot-to-step-functions"),
        [
          "StartExecution",
          {
            stateMachineArn: "arn:created:iot-integrations-local-iot-to-step-functions-workflow",
            name: executionName(readingOf()),
            input: JSON.stringify({ ...readingOf(), receivedAt }),
          },
        ],
      ],
    },
    {
      title: "takes an execution that there was for done",
      event: sqsEvent(envelopeOf(readingOf())),
      refused: { StartExecution: "ExecutionAlreadyExists" },
      outcome: { answer: { batchItemFailures: [] } },
      calls: [["StartExecution", {}]],
    },
  ],
  "iot-to-step-functions-process-telemetry": [
    {
      title: "says what is unusual",
      counted: 0,
      event: telemetry,
      outcome: { answer: analysis },
      calls: [],
    },
  ],
  "iot-to-step-functions-send-alert": [
    {
      title: "publishes the alert, and names what may heal so that the workflow knows it",
      counted: 0,
      event: { ...telemetry, analysis },
      refused: { Publish: "KMSThrottling" },
      outcome: {
        error: {
          name: "TransientError",
          message: "KMSThrottlingException: KMSThrottling",
          isError: true,
        },
      },
      calls: [["Publish", {}]],
    },
  ],
  "iot-to-step-functions-store-data": [
    {
      title: "keeps the reading with what was found",
      event: { ...telemetry, analysis, alert: { messageId: "message-1" } },
      outcome: { answer: { stored: true } },
      calls: [
        [
          "PutItem",
          {
            TableName: "iot-integrations-local-iot-to-step-functions-processed",
            Item: {
              deviceId: { S: "pump-7" },
              timestamp: { N: String(receivedAt) },
              temperature: { N: "95" },
              humidity: { N: "40" },
              pressure: { N: "1013" },
              status: { S: "critical" },
              receivedAt: { N: String(receivedAt) },
              anomalies: { S: anomalies.join(" ") },
              alertId: { S: "message-1" },
              expiresAt: { N: String(receivedAt / 1000 + 30 * 86_400) },
            },
          },
        ],
      ],
    },
  ],
};
