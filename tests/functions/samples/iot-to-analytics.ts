import { createHandler } from "../../../functions/iot-to-analytics/aggregator";
import { createHandler as createFlinkWriter } from "../../../functions/iot-to-analytics/flink-writer";
import { createHandler as createForwarder } from "../../../functions/iot-to-analytics/forwarder";
import { idInWindow } from "../../../functions/iot-to-analytics/window";
import { readingId } from "../../../functions/shared/reading-id";
import { envelopeOf, kinesisEvent, readingOf, receivedAt, sequence } from "../../support/events";
import { invalidEnvelopes } from "../../support/readings";
import { settings, windowEvent } from "../iot-to-analytics/windows";
import { records, type Measured } from "./measured";
import { invalid, quarantined, type Sample } from "./sample";

const hot = readingOf({ temperature: 91 });
const id = idInWindow(receivedAt, readingId(hot));
const range = { first: sequence(1), last: sequence(2), size: 2 };
const state = { windows: [["pump-7", receivedAt, id, [91]]], range };
const written: Sample["calls"][number] = [
  "PutItem",
  {
    TableName: "iot-integrations-local-iot-to-analytics-averages",
    Item: {
      deviceId: { S: "pump-7" },
      windowKey: { S: `temperature#${receivedAt}` },
      field: { S: "temperature" },
      windowStart: { N: String(receivedAt) },
      windowEnd: { N: String(receivedAt + 60_000) },
      count: { N: "1" },
      average: { N: "91" },
      minimum: { N: "91" },
      maximum: { N: "91" },
      revision: { N: "1" },
      ids: { S: id },
      values: { S: "[91]" },
      expiresAt: { N: String(receivedAt / 1000 + 30 * 86_400) },
    },
  },
];
/** The reading of the forwarder. */
const forwarded = JSON.stringify({
  ...{ deviceId: "pump-7", id, timestamp: hot.timestamp, receivedAt, value: 91 },
});
/** A record of the results stream. */
function resultOfFlink(deviceId: string, readings: string): string {
  return JSON.stringify({ deviceId, windowStart: receivedAt, readings });
}
const closed = { state: { windows: [] }, batchItemFailures: [] };

export const samples: Record<string, Sample[]> = {
  "iot-to-analytics-aggregator": [
    {
      title: "keeps a hot reading in its state, and quarantines what is invalid",
      event: windowEvent([envelopeOf(hot), invalid]),
      outcome: { answer: { state, batchItemFailures: [] } },
      calls: [quarantined],
    },
    {
      title: "writes and publishes the average at the end of the window",
      event: windowEvent([], { state, isLast: true }),
      outcome: { answer: closed },
      calls: [written, ["Publish", {}]],
    },
    {
      title: "sets the records of a window aside that its table refuses",
      event: windowEvent([], { state, isLast: true }),
      refused: { PutItem: "AccessDeniedException" },
      outcome: { answer: closed },
      calls: [
        ["PutItem", {}],
        ["SendMessageBatch", { QueueUrl: "@/iot-integrations-local-iot-to-analytics-failures" }],
      ],
    },
  ],
  "iot-to-analytics-forwarder": [
    {
      title: "puts a reading on the stream of Apache Flink, and quarantines what is invalid",
      event: kinesisEvent(envelopeOf(hot), invalid),
      outcome: { answer: { batchItemFailures: [] } },
      calls: [
        quarantined,
        [
          "PutRecords",
          {
            StreamName: "iot-integrations-local-iot-to-analytics-readings",
            Records: [{ PartitionKey: "pump-7", Data: Buffer.from(forwarded).toString("base64") }],
          },
        ],
      ],
    },
    {
      title: "has a reading retried that the stream refuses",
      event: kinesisEvent(envelopeOf(hot)),
      answers: {
        PutRecords: { FailedRecordCount: 1, Records: [{ ErrorCode: "InternalFailure" }] },
      },
      outcome: { answer: { batchItemFailures: [{ itemIdentifier: sequence(1) }] } },
      calls: [["PutRecords", {}]],
    },
  ],
  "iot-to-analytics-writer": [
    {
      title: "writes and publishes a result of Apache Flink",
      event: kinesisEvent(resultOfFlink("pump-7", `${id}91.0`)),
      outcome: { answer: { batchItemFailures: [] } },
      calls: [written, ["Publish", {}]],
    },
    {
      title: "has a result retried that its table refuses",
      event: kinesisEvent(resultOfFlink("pump-7", `${id}91.0`)),
      refused: { PutItem: "AccessDeniedException" },
      outcome: { answer: { batchItemFailures: [{ itemIdentifier: sequence(1) }] } },
      calls: [["PutItem", {}]],
    },
  ],
};

/** Devices that send 20 readings in a minute each, of which one is above the threshold: the most windows for this share. */
const devices = records / 20;

const ofOneMinute = (): string[] =>
  Array.from({ length: records }, (_, nth) => {
    const deviceId = `pump-${nth % devices}`;
    const temperature = nth < devices ? 91 : 21;
    const reading = readingOf({ deviceId, timestamp: receivedAt + nth * 59, temperature });
    return envelopeOf(reading, { deviceId });
  });

/** Batches as the mapping makes them, then the end of the window. */
async function average(bodies: string[], quarantineQueueUrl: string): Promise<void> {
  const handler = createHandler({ ...settings, quarantineQueueUrl });
  let kept: unknown = {};
  for (let from = 0; from < bodies.length; from += 500)
    kept = (await handler(windowEvent(bodies.slice(from, from + 500), { state: kept }))).state;
  await handler(windowEvent([], { state: kept, isLast: true }));
}

/** Passes bodies to a handler in batches as the mappings of the engine flink make them. */
async function inBatches(
  bodies: string[],
  handle: (event: ReturnType<typeof kinesisEvent>) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < bodies.length; from += 500)
    await handle(kinesisEvent(...bodies.slice(from, from + 500)));
}

/** What Apache Flink makes of the readings of one minute. */
const ofFlink = (): string[] =>
  Array.from({ length: devices }, (_, nth) => {
    const reading = readingOf({ deviceId: `pump-${nth}`, temperature: 91 });
    return resultOfFlink(`pump-${nth}`, `${idInWindow(receivedAt, readingId(reading))}91.0`);
  });

export const measured: Measured = {
  calls: [
    {
      // One write and one message per device and minute.
      what: "readings of 50 devices in one minute, one in twenty above the threshold",
      of: "iot-to-analytics-aggregator",
      fewest: devices * 2,
      run: (quarantineQueueUrl) => average(ofOneMinute(), quarantineQueueUrl),
    },
    {
      // 500 readings a call.
      what: "readings of 50 devices in one minute, for Apache Flink",
      of: "iot-to-analytics-forwarder",
      fewest: records / 500,
      run: (quarantineQueueUrl) => {
        const given = { ...settings, readingsStreamName: "readings", quarantineQueueUrl };
        const handle = createForwarder(given);
        return inBatches(ofOneMinute(), handle);
      },
    },
    {
      what: "results of Apache Flink, of 50 devices in one minute",
      of: "iot-to-analytics-writer",
      fewest: devices * 2,
      run: () => inBatches(ofFlink(), createFlinkWriter(settings)),
    },
    {
      what: "invalid messages",
      of: "iot-to-analytics-aggregator",
      unpriced: true,
      fewest: records / 10,
      run: (quarantineQueueUrl) => average(invalidEnvelopes(records), quarantineQueueUrl),
    },
  ],
  cpu: {
    source: "stream",
    factory: () =>
      createHandler(
        {
          field: "temperature",
          above: 80,
          latenessSeconds: 300,
          keepDays: 30,
          averagesTableName: "",
          failuresQueueUrl: "",
          quarantineQueueUrl: "",
          resultTopicPrefix: "analytics",
          functionName: "",
        },
        {
          write: () => Promise.reject(new Error("no table")),
          publish: async () => undefined,
          setAside: async () => undefined,
          quarantine: async () => [],
        },
      ),
  },
};
