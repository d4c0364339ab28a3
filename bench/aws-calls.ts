import * as incidents from "../functions/iot-to-eventbridge/incident-handler";
import * as shaper from "../functions/iot-to-eventbridge/event-shaper";
import * as stateWriter from "../functions/iot-to-dynamodb";
import * as formatter from "../functions/iot-to-sns";
import * as worker from "../functions/iot-to-sqs";
import * as alert from "../functions/iot-to-step-functions/send-alert";
import * as starter from "../functions/iot-to-step-functions/starter";
import * as store from "../functions/iot-to-step-functions/store-data";
import { kinesisEvent, snsEvent, sqsEvent } from "../tests/support/events";
import { atMost, type Line, type Measurement } from "./line";
import { silently } from "./quiet";
import { envelopes, invalidEnvelopes, readings } from "./readings";
import { startRecordingEndpoint } from "./recording-endpoint";

const records = 1000;

/** The batch sizes of the event source mappings. */
const perStreamBatch = 100;
const perQueueBatch = 10;

const topic = "arn:aws:sns:eu-central-1:123456789012:alerts";

/** A load for a function, with the fewest calls to AWS that its services allow. */
interface Case {
  what: string;
  fewest: number;
  run: () => Promise<void>;
}

const casesWith = (quarantineQueueUrl: string): Case[] => [
  {
    // DynamoDB has no batches of conditional writes: one call per device and batch.
    what: "iot-to-dynamodb, readings of 10 devices",
    fewest: (records / perStreamBatch) * 10,
    run: () => writeStates(envelopes(records), quarantineQueueUrl),
  },
  {
    what: "iot-to-dynamodb, invalid messages",
    fewest: records / 10,
    run: () => writeStates(invalidEnvelopes(records), quarantineQueueUrl),
  },
  {
    // SNS invokes the function for each notification, which takes three calls: look up, publish, record as sent.
    what: "iot-to-sns, critical readings",
    fewest: records * 3,
    run: async () => {
      const settings = { alertsTopicArn: topic, sentTableName: "sent", quarantineQueueUrl };
      const handler = formatter.createHandler(settings);
      for (const body of envelopes(records, { status: "critical" })) await handler(snsEvent(body));
    },
  },
  {
    // AWS IoT has no batches of publishes.
    what: "iot-to-sqs, acknowledged readings",
    fewest: records,
    run: () => work(envelopes(records), quarantineQueueUrl),
  },
  {
    what: "iot-to-sqs, invalid messages",
    fewest: records / 10,
    run: () => work(invalidEnvelopes(records), quarantineQueueUrl),
  },
  {
    what: "iot-to-eventbridge, shaped events",
    fewest: 0,
    run: async () => {
      const handler = shaper.createHandler({ quarantineQueueUrl });
      for (const batch of batches(envelopes(records), perQueueBatch))
        await handler(sqsEvent(...batch).Records);
    },
  },
  {
    // One read per reading of a healthy device without an incident.
    what: "iot-to-eventbridge, followed incidents",
    fewest: records,
    run: async () => {
      const handler = incidents.createHandler({ incidentsTableName: "incidents" });
      for (const detail of readings(records)) await handler({ detail } as never);
    },
  },
  {
    what: "iot-to-step-functions, started executions",
    fewest: records,
    run: async () => {
      const handler = starter.createHandler({ stateMachineArn: topic, quarantineQueueUrl });
      for (const batch of batches(envelopes(records), perQueueBatch))
        await handler(sqsEvent(...batch));
    },
  },
  {
    what: "iot-to-step-functions, alerts and stored readings",
    fewest: records * 2,
    run: async () => {
      const sendAlert = alert.createHandler({ alertsTopicArn: topic });
      const storeData = store.createHandler({ processedTableName: "processed", keepDays: 30 });
      const analysis = { anomalies: ["It is hot."], hasAnomalies: true };
      for (const reading of readings(records)) {
        await sendAlert({ ...reading, analysis });
        await storeData({ ...reading, analysis });
      }
    },
  },
];

/** Counts the AWS calls that the SDK clients of each function send, retries included. */
export const awsCalls: Measurement = async () => {
  const endpoint = await startRecordingEndpoint();
  Object.assign(process.env, endpoint.environment);
  const lines: Line[] = [];
  try {
    for (const { what, fewest, run } of casesWith(`${endpoint.url}/123456789012/quarantine`)) {
      await silently(run);
      const calls = endpoint.count();
      if (calls < fewest)
        throw new Error(
          `${what}: the endpoint received ${calls} calls instead of at least ${fewest}; check that the function uses AWS_ENDPOINT_URL.`,
        );
      lines.push(atMost(`AWS calls: ${what}`, calls, fewest, "calls per 1,000"));
    }
  } finally {
    Object.keys(endpoint.environment).forEach((name) => delete process.env[name]);
    await endpoint.stop();
  }
  return lines;
};

async function writeStates(bodies: string[], quarantineQueueUrl: string): Promise<void> {
  const settings = { stateTableName: "state", quarantineQueueUrl };
  const handler = stateWriter.createHandler(settings);
  for (const batch of batches(bodies, perStreamBatch)) await handler(kinesisEvent(...batch));
}

async function work(bodies: string[], quarantineQueueUrl: string): Promise<void> {
  const handler = worker.createHandler({ ackTopicPrefix: "devices", quarantineQueueUrl });
  for (const batch of batches(bodies, perQueueBatch)) await handler(sqsEvent(...batch));
}

const batches = (bodies: string[], size: number): string[][] =>
  Array.from({ length: Math.ceil(bodies.length / size) }, (_, nth) =>
    bodies.slice(nth * size, (nth + 1) * size),
  );
