import { createHandler } from "../../../functions/iot-to-sagemaker/scorer";
import { readingId } from "../../../functions/shared/reading-id";
import { envelopeOf, kinesisEvent, readingOf, receivedAt, sequence } from "../../support/events";
import { envelopes, invalidEnvelopes } from "../../support/readings";
import { records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

const settings = {
  endpointName: "scores",
  features: ["temperature", "humidity", "pressure"],
  content: "csv" as const,
  scoreMean: 1,
  scoreDeviation: 0.5,
  alertAbove: 0.8,
  mostBytes: 4_000_000,
  scoresTableName: "scores",
  keepDays: 30,
  alertsTopicArn: "arn:aws:sns:eu-central-1:123456789012:alerts",
  anomaliesTopicPrefix: "anomalies",
  gateTableName: "gate",
  gateLimits: { deviceBudget: 4, totalBudget: 100, quietMinutes: 15, repeatMinutes: 240 },
};

const reading = readingOf();
const gate = "iot-integrations-local-iot-to-sagemaker-gate";
const request: Sample["calls"][number] = [
  "InvokeEndpoint",
  {
    EndpointName: "iot-integrations-local-iot-to-sagemaker-endpoint",
    ContentType: "text/csv",
    Accept: "application/json",
    Body: Buffer.from("21.5,40,1013\n"),
  },
];
const stored = (raw: number): Sample["calls"][number] => [
  "BatchWriteItem",
  {
    RequestItems: {
      "iot-integrations-local-iot-to-sagemaker-scores": [
        {
          PutRequest: {
            Item: {
              deviceId: { S: "pump-7" },
              readingKey: { S: `${receivedAt}#${readingId(reading)}` },
              timestamp: { N: String(receivedAt) },
              receivedAt: { N: String(receivedAt) },
              score: { N: String((raw - 0.7443) / (3 * 0.1865)) },
              rawScore: { N: String(raw) },
              endpoint: { S: "iot-integrations-local-iot-to-sagemaker-endpoint" },
              expiresAt: { N: String(receivedAt / 1000 + 30 * 86_400) },
            },
          },
        },
      ],
    },
  },
];

export const samples: Record<string, Sample[]> = {
  "iot-to-sagemaker-scorer": [
    {
      title: "scores a reading, stores its score, and quarantines what is invalid",
      event: kinesisEvent(envelopeOf(reading), invalid),
      answers: { InvokeEndpoint: { scores: [{ score: 0.7 }] } },
      outcome: { answer: { batchItemFailures: [] } },
      calls: [quarantined, request, stored(0.7)],
    },
    {
      title: "publishes an anomaly and remembers it",
      event: kinesisEvent(envelopeOf(reading)),
      answers: { InvokeEndpoint: { scores: [{ score: 5 }] } },
      outcome: { answer: { batchItemFailures: [] } },
      calls: [
        request,
        stored(5),
        ["BatchGetItem", {}],
        ["UpdateItem", { TableName: gate, Key: { id: { S: `#${receivedAt / 3_600_000}` } } }],
        ["UpdateItem", { TableName: gate, Key: { id: { S: "pump-7" } } }],
        ["Publish", { topic: "anomalies/pump-7", qos: 1 }],
        [
          "Publish",
          {
            TopicArn: "arn:created:iot-integrations-local-iot-to-sagemaker-alerts",
            Subject: "Anomaly: device pump-7",
          },
        ],
        ["PutItem", { TableName: gate }],
        ["UpdateItem", { TableName: gate, UpdateExpression: "REMOVE #pending.#id" }],
      ],
    },
    {
      title: "asks for a record again that the endpoint did not score",
      event: kinesisEvent(envelopeOf(reading)),
      refused: { InvokeEndpoint: "ValidationError" },
      outcome: { answer: { batchItemFailures: [{ itemIdentifier: sequence(1) }] } },
      calls: [request],
    },
  ],
};

/** Batches of 500, as the mapping makes them. */
async function scoreReadings(bodies: string[], quarantineQueueUrl: string): Promise<void> {
  const handler = createHandler({ ...settings, quarantineQueueUrl });
  for (let from = 0; from < bodies.length; from += 500)
    await handler(kinesisEvent(...bodies.slice(from, from + 500)));
}

export const measured: Measured = {
  calls: [
    {
      // The endpoint of the measurement returns a score for each of 500 readings, all of them normal.
      what: "readings in two requests to the endpoint, their scores in writes of 25",
      of: "iot-to-sagemaker-scorer",
      fewest: records / 500 + records / 25,
      run: (quarantineQueueUrl) => scoreReadings(envelopes(records), quarantineQueueUrl),
    },
    {
      what: "invalid messages",
      of: "iot-to-sagemaker-scorer",
      unpriced: true,
      fewest: records / 10,
      run: (quarantineQueueUrl) => scoreReadings(invalidEnvelopes(records), quarantineQueueUrl),
    },
  ],
  cpu: {
    source: "stream",
    factory: () =>
      createHandler(
        {
          ...{ endpointName: "", features: ["temperature", "humidity", "pressure"] },
          ...{ content: "csv", scoreMean: 1, scoreDeviation: 0.5, alertAbove: 0.8 },
          ...{ mostBytes: 4_000_000, scoresTableName: "", keepDays: 30, alertsTopicArn: "" },
          ...{ anomaliesTopicPrefix: "", quarantineQueueUrl: "", gateTableName: "" },
          gateLimits: { deviceBudget: 4, totalBudget: 100, quietMinutes: 15, repeatMinutes: 240 },
        },
        {
          invoke: async (lines) => ({
            contentType: "text/csv",
            body: lines.map(() => "1").join("\n"),
          }),
          store: async () => [],
          gate: {
            read: () => Promise.reject(new Error("no anomalies")),
            take: () => Promise.reject(new Error("no anomalies")),
            giveBack: () => Promise.reject(new Error("no anomalies")),
            admit: () => Promise.reject(new Error("no anomalies")),
            record: () => Promise.reject(new Error("no anomalies")),
            addMuted: () => Promise.reject(new Error("no anomalies")),
            settle: () => Promise.reject(new Error("no anomalies")),
          },
          alert: async () => undefined,
          publish: async () => undefined,
          quarantine: async () => [],
        },
      ),
  },
};
