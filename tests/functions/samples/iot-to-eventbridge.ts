import * as shaper from "../../../functions/iot-to-eventbridge/event-shaper";
import * as incidents from "../../../functions/iot-to-eventbridge/incident-handler";
import { envelopeOf, readingOf, receivedAt, sqsEvent } from "../../support/events";
import { envelopes, readings } from "../../support/readings";
import { batchesOf, records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

const incident = (status: "ok" | "critical") => ({
  version: "0",
  source: "iot-integrations.telemetry",
  "detail-type": "Device Reading",
  detail: { ...readingOf({ status }), receivedAt },
});
const table = "iot-integrations-local-iot-to-eventbridge-incidents";

export const samples: Record<string, Sample[]> = {
  "iot-to-eventbridge-shaper": [
    {
      title: "answers with readings and quarantines what is invalid",
      event: sqsEvent(envelopeOf(readingOf()), invalid).Records,
      outcome: { answer: [{ ...readingOf(), receivedAt }] },
      calls: [quarantined],
    },
    {
      title: "fails the batch whose invalid message the quarantine refuses",
      event: sqsEvent(envelopeOf(readingOf()), invalid).Records,
      refused: { SendMessageBatch: "AccessDeniedException" },
      outcome: {
        error: {
          name: "Error",
          message: "1 of 2 messages could not be quarantined: message-2.",
          isError: true,
        },
      },
      calls: [["SendMessageBatch", {}]],
    },
  ],
  "iot-to-eventbridge-incident-handler": [
    {
      title: "opens an incident",
      event: incident("critical"),
      outcome: {},
      calls: [
        [
          "UpdateItem",
          {
            TableName: table,
            Key: { deviceId: { S: "pump-7" } },
            ConditionExpression: "attribute_not_exists(deviceId) OR changedAt < :at",
            ExpressionAttributeValues: {
              ":at": { N: String(receivedAt) },
              ":open": { S: "open" },
              ":field0": { N: "21.5" },
              ":field1": { N: "40" },
              ":field2": { N: "1013" },
            },
          },
        ],
      ],
    },
  ],
};

export const measured: Measured = {
  calls: [
    {
      what: "shaped events",
      of: "iot-to-eventbridge-shaper",
      fewest: 0,
      async run(quarantineQueueUrl) {
        const handler = shaper.createHandler({ quarantineQueueUrl });
        for (const batch of batchesOf("queue", envelopes(records)))
          await handler(sqsEvent(...batch).Records);
      },
    },
    {
      // A healthy device without an incident costs one write that the table refuses.
      what: "followed incidents",
      of: "iot-to-eventbridge-incident-handler",
      fewest: records,
      async run() {
        const handler = incidents.createHandler({ incidentsTableName: "incidents" });
        for (const detail of readings(records)) await handler({ detail } as never);
      },
    },
  ],
  cpu: {
    source: "pipe",
    factory: () => shaper.createHandler({ quarantineQueueUrl: "" }, { quarantine: async () => [] }),
  },
};
