import { createHandler } from "../../../functions/iot-to-splunk/transformer";
import { envelopeOf, readingOf, receivedAt } from "../../support/events";
import { envelopes, invalidEnvelopes } from "../../support/readings";
import { firehoseEvent } from "../iot-to-splunk/events";
import { records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

/** The event of the sample's reading, as the local stack writes it. */
const event = {
  time: receivedAt / 1000,
  host: "pump-7",
  source: "aws-iot-core",
  sourcetype: "_json",
  event: readingOf(),
  fields: { reading_id: "atVfQFW6LHPg1rAy4bFxMpB784-skSDL", received_at: String(receivedAt) },
};

export const samples: Record<string, Sample[]> = {
  "iot-to-splunk-transformer": [
    {
      title: "makes an event of a reading and quarantines what is invalid",
      event: firehoseEvent(envelopeOf(readingOf()), invalid),
      outcome: {
        answer: {
          records: [
            {
              recordId: "record-1",
              result: "Ok",
              data: Buffer.from(JSON.stringify(event)).toString("base64"),
            },
            { recordId: "record-2", result: "Dropped" },
          ],
        },
      },
      calls: [quarantined],
    },
    {
      title: "fails exactly the record that the quarantine refuses",
      event: firehoseEvent(invalid),
      refused: { SendMessageBatch: "AccessDeniedException" },
      outcome: { answer: { records: [{ recordId: "record-1", result: "ProcessingFailed" }] } },
      calls: [["SendMessageBatch", {}]],
    },
  ],
};

const transform = async (bodies: string[], quarantineQueueUrl: string): Promise<void> => {
  const handler = createHandler({ source: "s", sourcetype: "t", quarantineQueueUrl });
  await handler(firehoseEvent(...bodies));
};

export const measured: Measured = {
  calls: [
    {
      what: "transformed readings",
      of: "iot-to-splunk-transformer",
      fewest: 0,
      run: (quarantineQueueUrl) => transform(envelopes(records), quarantineQueueUrl),
    },
    {
      what: "invalid messages",
      of: "iot-to-splunk-transformer",
      unpriced: true,
      fewest: records / 10,
      run: (quarantineQueueUrl) => transform(invalidEnvelopes(records), quarantineQueueUrl),
    },
  ],
};
