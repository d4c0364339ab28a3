import { createHandler } from "../../../functions/iot-to-dynamodb";
import { readingId } from "../../../functions/shared/reading-id";
import { envelopeOf, kinesisEvent, readingOf, receivedAt, sequence } from "../../support/events";
import { envelopes, invalidEnvelopes } from "../../support/readings";
import { batchesOf, records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

export const samples: Record<string, Sample[]> = {
  "iot-to-dynamodb-state-writer": [
    {
      title: "writes the newest reading and quarantines what is invalid",
      event: kinesisEvent(envelopeOf(readingOf()), invalid),
      outcome: { answer: { batchItemFailures: [] } },
      calls: [
        quarantined,
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
              precedence: { S: `1-${readingId(readingOf())}` },
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

const writeStates = async (bodies: string[], quarantineQueueUrl: string): Promise<void> => {
  const handler = createHandler({ stateTableName: "state", quarantineQueueUrl });
  for (const batch of batchesOf("stream", bodies)) await handler(kinesisEvent(...batch));
};

export const measured: Measured = {
  calls: [
    {
      // DynamoDB has no batch of conditional writes: one per device and batch of 100.
      what: "readings of 10 devices",
      of: "iot-to-dynamodb-state-writer",
      fewest: (records / 100) * 10,
      run: (quarantineQueueUrl) => writeStates(envelopes(records), quarantineQueueUrl),
    },
    {
      what: "invalid messages",
      of: "iot-to-dynamodb-state-writer",
      unpriced: true,
      fewest: records / 10,
      run: (quarantineQueueUrl) => writeStates(invalidEnvelopes(records), quarantineQueueUrl),
    },
  ],
  cpu: {
    source: "stream",
    factory: () =>
      createHandler(
        { stateTableName: "", quarantineQueueUrl: "" },
        { putIfNewer: async () => true, quarantine: async () => [] },
      ),
  },
};
