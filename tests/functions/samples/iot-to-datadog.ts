import { SQSClient } from "@aws-sdk/client-sqs";
import * as logShaper from "../../../functions/iot-to-datadog/log-shaper";
import { createHandler } from "../../../functions/iot-to-datadog/submitter";
import { quarantineQueue } from "../../../functions/shared/quarantine";
import { readingId } from "../../../functions/shared/reading-id";
import { envelopeOf, readingOf, sqsEvent } from "../../support/events";
import { firehoseEvent } from "../iot-to-splunk/events";
import { envelopes, invalidEnvelopes } from "../../support/readings";
import { records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

/** Datadog takes no old points, so this reading is of now. */
const now = Date.now();
const ofNow = readingOf({ timestamp: now });
const reading = envelopeOf(ofNow, { at: now });

/** The log of the sample's reading. */
const logOfNow = {
  ddsource: "aws-iot-core",
  ddtags: "site:none",
  hostname: "pump-7",
  service: "iot-devices",
  status: "info",
  timestamp: now,
  message: "temperature=21.5 humidity=40 pressure=1013 status=ok",
  reading: ofNow,
  reading_id: readingId(ofNow),
  received_at: now,
};
const intake = { name: "api.datadoghq.eu", path: "/api/v2/series" };
const secret = {
  GetSecretValue: { Name: "key", SecretString: JSON.stringify({ api_key: "of-the-sample" }) },
};
const readKey: Sample["calls"][number] = [
  "GetSecretValue",
  { SecretId: "iot-integrations-local-iot-to-datadog-key" },
];

export const samples: Record<string, Sample[]> = {
  "iot-to-datadog-submitter": [
    {
      title: "submits a reading and quarantines what is invalid",
      event: sqsEvent(reading, invalid),
      answers: secret,
      host: { ...intake, status: 202, body: '{"errors":[]}' },
      outcome: { answer: { batchItemFailures: [] } },
      calls: [quarantined, readKey],
    },
    {
      title: "sets a reading aside that Datadog refuses",
      event: sqsEvent(reading),
      // The key is kept from the sample before.
      host: { ...intake, status: 400, body: '{"errors":["bad"]}' },
      outcome: { answer: { batchItemFailures: [] } },
      calls: [
        ["SendMessageBatch", { QueueUrl: "@/iot-integrations-local-iot-to-datadog-failures" }],
      ],
    },
    {
      title: "returns a reading while Datadog is not available",
      event: sqsEvent(reading),
      host: { ...intake, status: 503, body: "busy" },
      outcome: { answer: { batchItemFailures: [{ itemIdentifier: "message-1" }] } },
      calls: [],
    },
  ],
  "iot-to-datadog-log-shaper": [
    {
      title: "makes a log of a reading and quarantines what is invalid",
      event: firehoseEvent(reading, invalid),
      outcome: {
        answer: {
          records: [
            {
              recordId: "record-1",
              result: "Ok",
              data: Buffer.from(JSON.stringify(logOfNow)).toString("base64"),
            },
            {
              recordId: "record-2",
              result: "Dropped",
              data: Buffer.from(invalid).toString("base64"),
            },
          ],
        },
      },
      calls: [quarantined],
    },
    {
      title: "fails exactly the record that the quarantine refuses",
      event: firehoseEvent(invalid),
      refused: { SendMessageBatch: "AccessDeniedException" },
      outcome: {
        answer: {
          records: [
            {
              ...{ recordId: "record-1", result: "ProcessingFailed" },
              data: Buffer.from(invalid).toString("base64"),
            },
          ],
        },
      },
      calls: [["SendMessageBatch", {}]],
    },
  ],
};

const settings = {
  apiUrl: "unused",
  secretName: "key",
  metricPrefix: "iot",
  byDevice: true,
  failuresQueueUrl: "unused",
};

/** Everything but AWS, whose calls are counted. */
const datadog = {
  readSecret: async () => '{"api_key":"of-the-measurement"}',
  post: async () => ({ status: 202, text: '{"errors":[]}' }),
  now: () => 1_795_478_400_000,
};

export const measured: Measured = {
  calls: [
    {
      // The secret is read once in ten minutes.
      what: "submitted readings",
      of: "iot-to-datadog-submitter",
      fewest: 0,
      run: async (quarantineQueueUrl) => {
        const quarantine = quarantineQueue(new SQSClient({}), quarantineQueueUrl);
        await createHandler(
          { ...settings, quarantineQueueUrl },
          { ...datadog, quarantine, setAside: quarantine },
        )(sqsEvent(...envelopes(records)));
      },
    },
    {
      what: "logs of readings",
      of: "iot-to-datadog-log-shaper",
      fewest: 0,
      run: async (quarantineQueueUrl) => {
        const handler = logShaper.createHandler({ service: "iot-devices", quarantineQueueUrl });
        await handler(firehoseEvent(...envelopes(records)));
      },
    },
    {
      what: "invalid messages",
      of: "iot-to-datadog-submitter",
      unpriced: true,
      fewest: records / 10,
      run: async (quarantineQueueUrl) => {
        await createHandler({ ...settings, quarantineQueueUrl })(
          sqsEvent(...invalidEnvelopes(records)),
        );
      },
    },
  ],
  cpu: {
    source: "queue",
    factory: () =>
      createHandler(
        {
          apiUrl: "",
          secretName: "",
          metricPrefix: "iot",
          byDevice: true,
          quarantineQueueUrl: "",
          failuresQueueUrl: "",
        },
        {
          ...datadog,
          quarantine: async () => [],
          setAside: async () => [],
        },
      ),
  },
};
