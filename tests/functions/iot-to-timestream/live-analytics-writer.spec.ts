import type { RejectedRecord, _Record as Point } from "@aws-sdk/client-timestream-write";
import * as assert from "node:assert/strict";
import {
  createHandler,
  readSettings,
  type Ports,
} from "../../../functions/iot-to-timestream/live-analytics-writer";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { envelopeOf, kinesisEvent, readingOf, receivedAt, sequence } from "../../support/events";
import { envelopes } from "../../support/readings";
import { useAws } from "../aws";
import { logged } from "../logged";

const settings = { databaseName: "iot", tableName: "telemetry", quarantineQueueUrl: "unused" };

function ports(changes: Partial<Ports> = {}) {
  const calls: Point[][] = [];
  const entries: QuarantineEntry[] = [];
  return {
    calls,
    entries,
    write: async (_: Point, points: Point[]): Promise<RejectedRecord[]> => {
      calls.push(points);
      return [];
    },
    quarantine: async (given: QuarantineEntry[]) => {
      entries.push(...given);
      return [];
    },
    ...changes,
  };
}

const handle = (given: Ports, ...data: string[]) =>
  logged(() => createHandler(settings, given)(kinesisEvent(...data)));
const reading = (temperature: number, at = receivedAt) =>
  envelopeOf(readingOf({ temperature }), { at });
const nothingFailed = { batchItemFailures: [] };
const failing = (nth: number) => ({ batchItemFailures: [{ itemIdentifier: sequence(nth) }] });

describe("The LiveAnalytics writer of iot-to-timestream", () => {
  it("writes 100 points per call", async () => {
    const given = ports();
    await handle(given, ...envelopes(250));
    assert.deepEqual(
      given.calls.map(({ length }) => length),
      [100, 100, 50],
    );
  });

  it("writes a repetition in a batch once, with the time of its last receipt, and both of two of the same time", async () => {
    const given = ports();
    const { counts } = await handle(given, reading(1), reading(1, receivedAt + 9), reading(2));
    const [points = []] = given.calls;
    assert.deepEqual(
      points.map(({ Version }) => Version),
      [receivedAt + 9, receivedAt],
    );
    assert.notEqual(points[0]?.Time, points[1]?.Time);
    assert.deepEqual(counts, {
      ...{ Received: 3, Stored: 2, Duplicates: 1, Quarantined: 0, Failed: 0 },
    });
  });

  it("quarantines exactly the rejected readings, but none of which a later receipt is stored", async () => {
    const given = ports({
      write: async () => [
        { RecordIndex: 0, Reason: "The record is a duplicate.", ExistingVersion: receivedAt + 1 },
        { RecordIndex: 2, Reason: "The record is too large." },
      ],
    });
    const { answer, counts } = await handle(given, reading(1), reading(2), reading(3));
    assert.deepEqual(answer, nothingFailed);
    assert.deepEqual(given.entries, [
      {
        reason: "refused-by-store",
        detail: "Timestream rejected the reading: The record is too large.",
        ...(JSON.parse(reading(3)) as object),
      },
    ]);
    assert.deepEqual(counts, {
      ...{ Received: 3, Stored: 2, Duplicates: 0, Quarantined: 1, Failed: 0 },
    });
  });

  it("returns the first reading of a call that was throttled", async () => {
    const given = ports({ write: () => Promise.reject(new Error("slow down")) });
    const { answer, counts } = await handle(given, envelopeOf({}), reading(1), reading(2));
    assert.deepEqual(answer, failing(2));
    assert.equal(counts?.Failed, 2);
  });

  it("returns the readings of a call for which Timestream names a record that was not sent", async () => {
    const given = ports({ write: async () => [{ RecordIndex: 7, Reason: "?" }] });
    assert.deepEqual((await handle(given, reading(1))).answer, failing(1));
  });
});

describe("The LiveAnalytics writer's calls to AWS", () => {
  const cloud = useAws();
  // The SDK asks where to write before it writes.
  beforeEach(() =>
    cloud.aws.answer("DescribeEndpoints", () => ({
      Endpoints: [{ Address: new URL(cloud.aws.url).hostname, CachePeriodInMinutes: 1 }],
    })),
  );
  const made = (operation: string) =>
    cloud.aws.calls.filter((call) => call.operation === operation);
  const write = (...data: string[]) =>
    logged(() =>
      createHandler(
        readSettings({
          ...{ DATABASE_NAME: "iot", TABLE_NAME: "telemetry" },
          QUARANTINE_QUEUE_URL: `${cloud.aws.url}/quarantine`,
        }),
      )(kinesisEvent(...data)),
    );

  it("have what all points share once, and every value in its type", async () => {
    const { answer } = await write(envelopeOf(readingOf({ message: "hot" })));
    assert.deepEqual(answer, nothingFailed);
    const { Records, ...rest } = made("WriteRecords")[0]?.input ?? {};
    assert.deepEqual(rest, {
      DatabaseName: "iot",
      TableName: "telemetry",
      CommonAttributes: {
        MeasureName: "reading",
        MeasureValueType: "MULTI",
        TimeUnit: "NANOSECONDS",
      },
    });
    const [{ Time, ...point } = { Time: "" }] = Records as Point[];
    assert.match(Time ?? "", new RegExp(`^${receivedAt}\\d{6}$`));
    assert.deepEqual(point, {
      Dimensions: [{ Name: "deviceId", Value: "pump-7" }],
      MeasureValues: [
        { Name: "temperature", Type: "DOUBLE", Value: "21.5" },
        { Name: "humidity", Type: "DOUBLE", Value: "40" },
        { Name: "pressure", Type: "DOUBLE", Value: "1013" },
        { Name: "status", Type: "VARCHAR", Value: "ok" },
        { Name: "message", Type: "VARCHAR", Value: "hot" },
        { Name: "receivedAt", Type: "BIGINT", Value: String(receivedAt) },
      ],
      Version: receivedAt,
    });
  });

  it("leave out an empty text, which Timestream does not take", async () => {
    await write(envelopeOf(readingOf({ message: "" })));
    const [{ MeasureValues = [] } = {}] = made("WriteRecords")[0]?.input.Records as Point[];
    assert.ok(!MeasureValues.some(({ Name }) => Name === "message"));
  });

  it("take rejected records apart", async () => {
    const RejectedRecords = [{ RecordIndex: 1, Reason: "too old" }];
    cloud.aws.answer("WriteRecords", () => ({
      refused: "RejectedRecordsException",
      RejectedRecords,
    }));
    const { answer, counts } = await write(reading(1), reading(2));
    assert.deepEqual(answer, nothingFailed);
    assert.equal(counts?.Stored, 1);
    assert.equal(made("SendMessageBatch").length, 1);
  });

  it("fail for a rejection without records, and for a refusal", async () => {
    for (const refused of ["RejectedRecordsException", "AccessDeniedException"]) {
      cloud.aws.answer("WriteRecords", () => ({ refused }));
      assert.deepEqual((await write(reading(1))).answer, failing(1));
    }
  });
});
