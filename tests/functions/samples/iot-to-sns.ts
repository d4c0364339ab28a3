import { createHandler } from "../../../functions/iot-to-sns";
import { readingId } from "../../../functions/shared/reading-id";
import { envelopeOf, readingOf, receivedAt, snsEvent } from "../../support/events";
import { envelopes } from "../../support/readings";
import { records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

const critical = envelopeOf(readingOf({ status: "critical", message: "bearing runs hot" }));
const id = readingId(readingOf({ status: "critical", message: "bearing runs hot" }));
const table = "iot-integrations-local-iot-to-sns-gate";
const gateLimits = { deviceBudget: 4, totalBudget: 100, quietMinutes: 15, repeatMinutes: 240 };
const admission: Sample["calls"] = [
  [
    "BatchGetItem",
    {
      RequestItems: {
        [table]: {
          Keys: [{ id: { S: "pump-7" } }, { id: { S: `pump-7#${id}` } }],
          ConsistentRead: true,
        },
      },
    },
  ],
  ["UpdateItem", { TableName: table, Key: { id: { S: `#${receivedAt / 3_600_000}` } } }],
  ["UpdateItem", { TableName: table, Key: { id: { S: "pump-7" } } }],
];

export const samples: Record<string, Sample[]> = {
  "iot-to-sns-formatter": [
    {
      title: "publishes an alert, remembers it, and quarantines what is invalid",
      event: snsEvent(critical, invalid),
      outcome: {},
      calls: [
        quarantined,
        ...admission,
        [
          "Publish",
          {
            TopicArn: "arn:created:iot-integrations-local-iot-to-sns-alerts",
            Subject: "Critical: device pump-7",
          },
        ],
        ["PutItem", { TableName: table }],
        ["UpdateItem", { TableName: table, UpdateExpression: "REMOVE #pending.#id" }],
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
      calls: [...admission, ["Publish", {}]],
    },
  ],
};

export const measured: Measured = {
  calls: [
    {
      // SNS invokes a function with one notification at a time. An alert that passes the gate: its read, both budgets, the alert, its
      // record, and the end of its admission.
      what: "alerts",
      of: "iot-to-sns-formatter",
      fewest: records * 6,
      async run(quarantineQueueUrl) {
        const alertsTopicArn = "arn:aws:sns:eu-central-1:123456789012:alerts";
        const settings = { alertsTopicArn, gateTableName: "gate", gateLimits, quarantineQueueUrl };
        const handler = createHandler(settings);
        for (const body of envelopes(records, { status: "critical" }))
          await handler(snsEvent(body));
      },
    },
  ],
};
