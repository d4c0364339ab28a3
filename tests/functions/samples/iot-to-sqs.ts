import { envelopeOf, readingOf, receivedAt, sqsEvent } from "../../support/events";
import { invalid, quarantined, type Sample } from "./sample";

export const iotToSqs: Record<string, Sample[]> = {
  "iot-to-sqs-worker": [
    {
      title: "acknowledges a reading and quarantines what is invalid",
      event: sqsEvent(envelopeOf(readingOf()), invalid),
      outcome: { answer: { batchItemFailures: [] } },
      calls: [
        quarantined("iot-to-sqs"),
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
