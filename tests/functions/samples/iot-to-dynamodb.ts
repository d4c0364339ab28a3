import { envelopeOf, kinesisEvent, readingOf, receivedAt, sequence } from "../../support/events";
import { invalid, quarantined, type Sample } from "./sample";

export const iotToDynamodb: Record<string, Sample[]> = {
  "iot-to-dynamodb-state-writer": [
    {
      title: "writes the newest reading and quarantines what is invalid",
      event: kinesisEvent(envelopeOf(readingOf()), invalid),
      outcome: { answer: { batchItemFailures: [] } },
      calls: [
        quarantined("iot-to-dynamodb"),
        [
          "PutItem",
          {
            TableName: "iot-integrations-local-iot-to-dynamodb-state",
            Item: {
              listing: { S: "devices" },
              deviceId: { S: "pump-7" },
              timestamp: { N: String(receivedAt) },
              temperature: { N: "21.5" },
              humidity: { N: "40" },
              pressure: { N: "1013" },
              status: { S: "ok" },
              receivedAt: { N: String(receivedAt) },
            },
          },
        ],
      ],
    },
    {
      title: "takes a late message for what it is",
      event: kinesisEvent(envelopeOf(readingOf())),
      refused: { PutItem: "ConditionalCheckFailedException" },
      outcome: { answer: { batchItemFailures: [] } },
      calls: [["PutItem", {}]],
    },
    {
      title: "asks for a record again that its table refuses",
      event: kinesisEvent(envelopeOf(readingOf())),
      refused: { PutItem: "AccessDeniedException" },
      outcome: { answer: { batchItemFailures: [{ itemIdentifier: sequence(1) }] } },
      calls: [["PutItem", {}]],
    },
  ],
};
