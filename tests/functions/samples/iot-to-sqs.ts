import { createHandler } from "../../../functions/iot-to-sqs";
import { envelopeOf, readingOf, receivedAt, sqsEvent } from "../../support/events";
import { envelopes, invalidEnvelopes } from "../../support/readings";
import { batchesOf, records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

export const samples: Record<string, Sample[]> = {
  "iot-to-sqs-worker": [
    {
      title: "acknowledges a reading and quarantines what is invalid",
      event: sqsEvent(envelopeOf(readingOf()), invalid),
      outcome: { answer: { batchItemFailures: [] } },
      calls: [
        quarantined,
        [
          "Publish",
          {
            topic: "devices/pump-7/acks",
            qos: 1,
            payload: Buffer.from(
              JSON.stringify({ timestamp: receivedAt, receivedAt, status: "accepted" }),
            ),
          },
        ],
      ],
    },
    {
      title: "asks for exactly the message again that the quarantine refuses",
      event: sqsEvent(envelopeOf(readingOf()), invalid),
      refused: { SendMessageBatch: "AccessDeniedException" },
      outcome: { answer: { batchItemFailures: [{ itemIdentifier: "message-2" }] } },
      calls: [
        ["SendMessageBatch", {}],
        ["Publish", {}],
      ],
    },
  ],
};

const work = async (bodies: string[], quarantineQueueUrl: string): Promise<void> => {
  const handler = createHandler({ ackTopicPrefix: "devices", quarantineQueueUrl });
  for (const batch of batchesOf("queue", bodies)) await handler(sqsEvent(...batch));
};

export const measured: Measured = {
  calls: [
    {
      // AWS IoT takes one message at a time.
      what: "acknowledged readings",
      of: "iot-to-sqs-worker",
      fewest: records,
      run: (quarantineQueueUrl) => work(envelopes(records), quarantineQueueUrl),
    },
    {
      what: "invalid messages",
      of: "iot-to-sqs-worker",
      unpriced: true,
      fewest: records / 10,
      run: (quarantineQueueUrl) => work(invalidEnvelopes(records), quarantineQueueUrl),
    },
  ],
  cpu: {
    source: "queue",
    factory: () =>
      createHandler(
        { ackTopicPrefix: "devices", quarantineQueueUrl: "" },
        { publish: async () => undefined, quarantine: async () => [] },
      ),
  },
};
