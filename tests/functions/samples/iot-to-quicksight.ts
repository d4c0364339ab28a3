import { createHandler } from "../../../functions/iot-to-quicksight";
import { envelopeOf, firehoseEvent, readingOf, receivedAt } from "../../support/events";
import { envelopes, invalidEnvelopes } from "../../support/readings";
import { batchesOf, records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

const encoded = (text: string): string => Buffer.from(text).toString("base64");

const row = encoded(
  JSON.stringify({
    ...readingOf(),
    reading_time: receivedAt,
    receivedAt,
    payload: encoded(JSON.stringify(readingOf())),
  }),
);

export const samples: Record<string, Sample[]> = {
  "iot-to-quicksight-transformer": [
    {
      title: "makes a row of a reading and quarantines what is invalid",
      event: firehoseEvent(envelopeOf(readingOf()), invalid),
      outcome: {
        answer: {
          records: [
            { recordId: "record-1", result: "Ok", data: row },
            { recordId: "record-2", result: "Dropped", data: encoded(invalid) },
          ],
        },
      },
      calls: [quarantined],
    },
    {
      title: "fails the message that the quarantine refuses",
      event: firehoseEvent(invalid),
      refused: { SendMessageBatch: "AccessDeniedException" },
      outcome: {
        answer: {
          records: [{ recordId: "record-1", result: "ProcessingFailed", data: encoded(invalid) }],
        },
      },
      calls: [["SendMessageBatch", {}]],
    },
  ],
};

const transform = async (bodies: string[], quarantineQueueUrl: string): Promise<void> => {
  const handler = createHandler({ quarantineQueueUrl });
  for (const batch of batchesOf("stream", bodies)) await handler(firehoseEvent(...batch));
};

export const measured: Measured = {
  calls: [
    {
      what: "rows of the lake",
      of: "iot-to-quicksight-transformer",
      fewest: 0,
      run: (quarantineQueueUrl) => transform(envelopes(records), quarantineQueueUrl),
    },
    {
      what: "invalid messages",
      of: "iot-to-quicksight-transformer",
      unpriced: true,
      fewest: records / 10,
      run: (quarantineQueueUrl) => transform(invalidEnvelopes(records), quarantineQueueUrl),
    },
  ],
  cpu: {
    source: "delivery stream",
    factory: () => createHandler({ quarantineQueueUrl: "" }, { quarantine: async () => [] }),
  },
};
