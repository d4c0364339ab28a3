import { SQSClient } from "@aws-sdk/client-sqs";
import * as sender from "../../../functions/iot-to-splunk/sender";
import { createHandler } from "../../../functions/iot-to-splunk/transformer";
import { quarantineQueue } from "../../../functions/shared/quarantine";
import { envelopeOf, readingOf, receivedAt, sqsEvent } from "../../support/events";
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
  // With acknowledgement.
  "iot-to-splunk-sender": [
    {
      title: "sends a reading, keeps it until it is acknowledged, and quarantines what is invalid",
      event: sqsEvent(envelopeOf(readingOf()), invalid),
      answers: {
        GetSecretValue: { Name: "token", SecretString: '{"hec_token":"of-the-sample"}' },
      },
      host: {
        ...{ name: "splunk.example.com", path: "/services/collector/event", status: 200 },
        body: '{"text":"Success","code":0,"ackId":7}',
      },
      outcome: { answer: { batchItemFailures: [{ itemIdentifier: "message-1" }] } },
      calls: [
        quarantined,
        ["GetSecretValue", { SecretId: "iot-integrations-local-iot-to-splunk-token" }],
      ],
    },
    {
      title: "asks for the acknowledgement of what it has sent, and then keeps it no longer",
      event: sqsEvent(envelopeOf(readingOf())),
      host: {
        ...{ name: "splunk.example.com", path: "/services/collector/ack", status: 200 },
        body: '{"acks":{"7":true}}',
      },
      outcome: { answer: { batchItemFailures: [] } },
      calls: [],
    },
    {
      title: "returns an event that the collector refuses",
      event: sqsEvent(envelopeOf(readingOf({ timestamp: receivedAt - 1 }))),
      host: {
        ...{ name: "splunk.example.com", path: "/services/collector/event", status: 400 },
        body: '{"text":"Invalid data format","code":6,"invalid-event-number":0}',
      },
      outcome: { answer: { batchItemFailures: [{ itemIdentifier: "message-1" }] } },
      calls: [],
    },
  ],
};

const transform = async (bodies: string[], quarantineQueueUrl: string): Promise<void> => {
  const handler = createHandler({ source: "s", sourcetype: "t", quarantineQueueUrl });
  await handler(firehoseEvent(...bodies));
};

const directly = { source: "s", sourcetype: "t", endpoint: "unused", tokenSecret: "unused" };

/** Everything but AWS, whose calls are counted. */
const splunk = {
  post: async () => ({ status: 200, body: '{"text":"Success","code":0}' }),
  ask: async () => ({ body: "" }),
  token: async () => "of-the-measurement",
  pause: async () => undefined,
  now: () => receivedAt,
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
      // Direct delivery. The secret is read once in ten minutes.
      what: "sent readings",
      of: "iot-to-splunk-sender",
      fewest: 0,
      run: async (quarantineQueueUrl) => {
        const handler = sender.createHandler(
          { ...directly, quarantineQueueUrl },
          { ...splunk, quarantine: quarantineQueue(new SQSClient({}), quarantineQueueUrl) },
        );
        await handler(sqsEvent(...envelopes(records)));
      },
    },
    {
      what: "invalid messages",
      of: "iot-to-splunk-transformer",
      unpriced: true,
      fewest: records / 10,
      run: (quarantineQueueUrl) => transform(invalidEnvelopes(records), quarantineQueueUrl),
    },
  ],
  cpu: {
    source: "delivery stream",
    factory: () =>
      createHandler(
        { source: "s", sourcetype: "t", quarantineQueueUrl: "" },
        { quarantine: async () => [] },
      ),
  },
};
