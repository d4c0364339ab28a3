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

/** As the mappings hand them over. */
const perStreamBatch = 100;
const perQueueBatch = 10;

const topic = "arn:aws:sns:eu-central-1:123456789012:alerts";

/** What is fed to a function, and the fewest calls that AWS's limits allow for it. */
interface Case {
  what: string;
  fewest: number;
  run: () => Promise<void>;
}

const casesWith = (quarantineQueueUrl: string): Case[] => [
  {
    // DynamoDB has no batch of conditional writes: one per device and batch.
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
    // SNS hands over one notification at a time; each is looked up, published and remembered.
    what: "iot-to-sns, critical readings",
    fewest: records * 3,
    run: async () => {
      const settings = { alertsTopicArn: topic, sentTableName: "sent", quarantineQueueUrl };
      const handler = formatter.createHandler(settings);
      for (const body of envelopes(records, { status: "critical" })) await handler(snsEvent(body));
    },
  },
  {
    // AWS IoT takes one message at a time.
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
    // A healthy device without an incident costs a look.
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
      const tell = alert.createHandler({ alertsTopicArn: topic });
      const keep = store.createHandler({ processedTableName: "processed", keepDays: 30 });
      const analysis = { anomalies: ["It is hot."], hasAnomalies: true };
      for (const reading of readings(records)) {
        await tell({ ...reading, analysis });
        await keep({ ...reading, analysis });
      }
    },
  },
];

/** AWS calls of each function as its own SDK clients send them, retries and all. */
export const awsCalls: Measurement = async () => {
  const endpoint = await startRecordingEndpoint();
  Object.assign(process.env, endpoint.environment);
  const lines: Line[] = [];
  try {
    for (const { what, fewest, run } of casesWith(`${endpoint.url}/123456789012/quarantine`)) {
      await silently(run);
      const calls = endpoint.count();
      if (calls < fewest) throw new Error(`${what}: ${calls} calls cannot be all of ${fewest}.`);
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
