import * as detector from "../../../functions/iot-to-step-functions/process-telemetry";
import * as alert from "../../../functions/iot-to-step-functions/send-alert";
import * as starter from "../../../functions/iot-to-step-functions/starter";
import * as store from "../../../functions/iot-to-step-functions/store-data";
import { readingId } from "../../../functions/shared/reading-id";
import { envelopeOf, readingOf, receivedAt, sqsEvent } from "../../support/events";
import { envelopes, readings } from "../../support/readings";
import { batchesOf, records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

const telemetry = { ...readingOf({ status: "critical", temperature: 95 }), receivedAt };
const anomalies = [
  "The device reports a critical state.",
  "The temperature is 95 °C, above the limit of 80 °C.",
];
const analysis = { anomalies, hasAnomalies: true };

const table = "iot-integrations-local-iot-to-step-functions-gate";
const admission: Sample["calls"] = [
  [
    "BatchGetItem",
    {
      RequestItems: {
        [table]: {
          Keys: [{ id: { S: "pump-7" } }, { id: { S: `pump-7#${readingId(readingOf())}` } }],
          ConsistentRead: true,
        },
      },
    },
  ],
  ["UpdateItem", { TableName: table, Key: { id: { S: `#${receivedAt / 3_600_000}` } } }],
  ["UpdateItem", { TableName: table, Key: { id: { S: "pump-7" } } }],
];
const settlement: Sample["calls"] = [
  ["PutItem", { TableName: table }],
  ["UpdateItem", { TableName: table, UpdateExpression: "REMOVE #pending.#id" }],
];

export const samples: Record<string, Sample[]> = {
  "iot-to-step-functions-starter": [
    {
      title: "starts an execution named after the reading and quarantines what is invalid",
      event: sqsEvent(envelopeOf(readingOf()), invalid),
      outcome: { answer: { batchItemFailures: [] } },
      calls: [
        quarantined,
        ...admission,
        [
          "StartExecution",
          {
            stateMachineArn: "arn:created:iot-integrations-local-iot-to-step-functions-workflow",
            name: starter.executionName(readingOf()),
            input: JSON.stringify({ ...readingOf(), receivedAt }),
          },
        ],
        ...settlement,
      ],
    },
    {
      title: "takes an execution that there was for done",
      event: sqsEvent(envelopeOf(readingOf())),
      refused: { StartExecution: "ExecutionAlreadyExists" },
      outcome: { answer: { batchItemFailures: [] } },
      calls: [...admission, ["StartExecution", {}], ...settlement],
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
              readingKey: { S: `${receivedAt}#${readingId(telemetry)}` },
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

const settings = {
  stateMachineArn: "arn:aws:states:eu-central-1:123456789012:stateMachine:workflow",
  limits: { temperature: 80 },
  gateTableName: "gate",
  gateLimits: { deviceBudget: 12, totalBudget: 1000, quietMinutes: 15, repeatMinutes: 60 },
};

export const measured: Measured = {
  calls: [
    {
      // A batch is read in one call. An execution that passes the gate: both budgets, the execution, its record, and the end of its
      // admission.
      what: "started executions",
      of: "iot-to-step-functions-starter",
      fewest: records * 5 + records / 10,
      async run(quarantineQueueUrl) {
        const handler = starter.createHandler({ ...settings, quarantineQueueUrl });
        for (const batch of batchesOf("queue", envelopes(records)))
          await handler(sqsEvent(...batch));
      },
    },
    {
      // Of ten readings of a device in a batch one passes; the others are recorded, and counted in one call.
      what: "muted executions",
      of: "iot-to-step-functions-starter",
      unpriced: true,
      fewest: (records / 10) * (1 + 5 + 9 + 1),
      async run(quarantineQueueUrl) {
        const handler = starter.createHandler({ ...settings, quarantineQueueUrl });
        const ofOneDevice = Array.from({ length: records }, (_, nth) =>
          envelopeOf(readingOf({ timestamp: receivedAt + nth })),
        );
        for (const batch of batchesOf("queue", ofOneDevice)) await handler(sqsEvent(...batch));
      },
    },
    {
      what: "detected anomalies",
      of: "iot-to-step-functions-process-telemetry",
      fewest: 0,
      async run() {
        const detect = detector.createHandler({ limits: {} });
        for (const reading of readings(records)) await detect(reading);
      },
    },
    {
      what: "alerts",
      of: "iot-to-step-functions-send-alert",
      fewest: records,
      async run() {
        const alertsTopicArn = "arn:aws:sns:eu-central-1:123456789012:alerts";
        const sendAlert = alert.createHandler({ alertsTopicArn });
        for (const reading of readings(records)) await sendAlert({ ...reading, analysis });
      },
    },
    {
      what: "stored readings",
      of: "iot-to-step-functions-store-data",
      fewest: records,
      async run() {
        const storeData = store.createHandler({ processedTableName: "processed", keepDays: 30 });
        for (const reading of readings(records)) await storeData({ ...reading, analysis });
      },
    },
  ],
  cpu: {
    source: "queue",
    factory: () =>
      starter.createHandler(
        {
          stateMachineArn: "",
          quarantineQueueUrl: "",
          limits: { temperature: 80 },
          gateTableName: "",
          gateLimits: { deviceBudget: 12, totalBudget: 1000, quietMinutes: 15, repeatMinutes: 60 },
        },
        {
          start: async () => true,
          quarantine: async () => [],
          gate: {
            read: async () => ({ states: new Map(), decided: new Set() }),
            take: async () => 1,
            giveBack: async () => undefined,
            admit: async () => undefined,
            record: async () => true,
            addMuted: async () => undefined,
            settle: async () => undefined,
          },
        },
      ),
  },
};
