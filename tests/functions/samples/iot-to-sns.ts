import { createHandler } from "../../../functions/iot-to-sns";
import { envelopeOf, readingOf, receivedAt, snsEvent } from "../../support/events";
import { envelopes } from "../../support/readings";
import { records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

const critical = envelopeOf(readingOf({ status: "critical", message: "bearing runs hot" }));
const key = { id: { S: `pump-7#${receivedAt}` } };

export const samples: Record<string, Sample[]> = {
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

export const measured: Measured = {
  calls: [
    {
      // SNS invokes a function with one notification at a time; each alert is looked up, published and remembered.
      what: "critical readings",
      of: "iot-to-sns-formatter",
      fewest: records * 3,
      async run(quarantineQueueUrl) {
        const alertsTopicArn = "arn:aws:sns:eu-central-1:123456789012:alerts";
        const settings = { alertsTopicArn, sentTableName: "sent", quarantineQueueUrl };
        const handler = createHandler(settings);
        for (const body of envelopes(records, { status: "critical" }))
          await handler(snsEvent(body));
      },
    },
  ],
};
