import { envelopeOf, readingOf, receivedAt, snsEvent } from "../../support/events";
import { invalid, quarantined, type Sample } from "./sample";

const critical = envelopeOf(readingOf({ status: "critical", message: "bearing runs hot" }));
const key = { id: { S: `pump-7#${receivedAt}` } };

export const iotToSns: Record<string, Sample[]> = {
  "iot-to-sns-formatter": [
    {
      title: "publishes an alert, remembers it, and quarantines what is invalid",
      event: snsEvent(critical, invalid),
      outcome: {},
      calls: [
        quarantined("iot-to-sns"),
        ["GetItem", { TableName: "iot-integrations-local-iot-to-sns-sent", Key: key }],
        [
          "Publish",
          {
            TopicArn: "arn:created:iot-integrations-local-iot-to-sns-alerts",
            Subject: "Critical: device pump-7",
          },
        ],
        ["PutItem", { TableName: "iot-integrations-local-iot-to-sns-sent" }],
      ],
    },
    {
      title: "throws a real error when SNS refuses",
      event: snsEvent(critical),
      refused: { Publish: "AuthorizationError" },
      outcome: {
        error: {
          name: "Error",
          message: "1 of 1 messages failed: notification-1.",
          isError: true,
        },
      },
      calls: [
        ["GetItem", {}],
        ["Publish", {}],
      ],
    },
  ],
};
