import * as assert from "node:assert/strict";
import {
  createHandler,
  readSettings,
  type Ports,
} from "../../../functions/iot-to-sagemaker/scorer";
import type { ScoredReading } from "../../../functions/iot-to-sagemaker/scores-table";
import type { Alert } from "../../../functions/shared/alert";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { readingId } from "../../../functions/shared/reading-id";
import { envelopeOf, kinesisEvent, readingOf, receivedAt, sequence } from "../../support/events";
import { memoryGate } from "../../support/memory-gate";
import { useAws } from "../aws";
import { logged } from "../logged";
import { invalid } from "../samples/sample";

const gateLimits = { deviceBudget: 4, totalBudget: 100, quietMinutes: 15, repeatMinutes: 240 };
const settings = {
  endpointName: "unused",
  features: ["temperature", "humidity", "pressure"],
  content: "csv" as const,
  scoreMean: 1,
  scoreDeviation: 0.5,
  alertAbove: 0.5,
  mostBytes: 4_000_000,
  scoresTableName: "unused",
  keepDays: 30,
  alertsTopicArn: "unused",
  anomaliesTopicPrefix: "anomalies",
  quarantineQueueUrl: "unused",
  gateTableName: "unused",
  gateLimits,
};

/** An endpoint whose score is the temperature, and everything else that takes what it is given, unless changed. */
function ports(changes: Partial<Ports> = {}) {
  const stored: ScoredReading[] = [];
  const alerts: Alert[] = [];
  const published: [string, Record<string, unknown>][] = [];
  const entries: QuarantineEntry[] = [];
  const requests: string[][] = [];
  return {
    ...{ stored, alerts, published, entries, requests },
    invoke: async (lines: string[]) => {
      requests.push(lines);
      if (lines.some((line) => line.endsWith(",666")))
        throw Object.assign(new Error("refused"), {
          name: "ModelError",
          OriginalMessage: "unable to parse",
        });
      return { contentType: "text/csv", body: lines.map((line) => line.split(",")[0]).join("\n") };
    },
    store: async (scored: ScoredReading[]) => {
      stored.push(...scored);
      return [] as string[];
    },
    gate: memoryGate(),
    alert: async (alert: Alert) => void alerts.push(alert),
    publish: async (topic: string, message: string) =>
      void published.push([topic, JSON.parse(message) as Record<string, unknown>]),
    quarantine: async (given: QuarantineEntry[]) => {
      entries.push(...given);
      return [];
    },
    ...changes,
  };
}

const handle = (given: Ports, ...data: string[]) =>
  logged(() => createHandler(settings, given)(kinesisEvent(...data)));
const scoring = (temperature: number, changes: object = {}) =>
  envelopeOf(readingOf({ temperature, ...changes }));
const nothingFailed = { batchItemFailures: [] };
const failing = (nth: number) => ({ batchItemFailures: [{ itemIdentifier: sequence(nth) }] });

describe("The scorer of iot-to-sagemaker", () => {
  it("scores a batch in one request and stores raw and normalised scores", async () => {
    const given = ports();
    const { answer, counts } = await handle(given, scoring(1), scoring(1.75), scoring(0.25));
    assert.deepEqual(given.requests, [["1,40,1013", "1.75,40,1013", "0.25,40,1013"]]);
    assert.deepEqual(
      given.stored.map(({ one, raw, score }) => [one.id, raw, score]),
      [
        [sequence(1), 1, 0],
        [sequence(2), 1.75, 0.5],
        [sequence(3), 0.25, -0.5],
      ],
    );
    assert.deepEqual([given.alerts, given.published, answer], [[], [], nothingFailed]);
    assert.deepEqual(counts, {
      ...{ Received: 3, Stored: 3, Anomalies: 0, Muted: 0, Duplicates: 0 },
      ...{ Quarantined: 0, Failed: 0 },
    });
  });

  it("sends an alert with device, score and reading for a score above the threshold, and none for the threshold", async () => {
    const given = ports();
    const { counts } = await handle(given, scoring(1.75, { humidity: 1 }), scoring(4));
    const reading = readingOf({ temperature: 4 });
    assert.deepEqual(given.published, [
      ["anomalies/pump-7", { id: readingId(reading), score: 2, reading }],
    ]);
    const [{ subject, message } = { subject: "", message: "{}" }] = given.alerts;
    assert.equal(subject, "Anomaly: device pump-7");
    const { email, https } = JSON.parse(message) as Record<string, string>;
    assert.match(
      email ?? "",
      /^Device pump-7 sent an unusual reading: Its anomaly score is 2\.00; alerts begin above 0\.5\.\n\nMeasured 4 °C, 40 % humidity, 1013 hPa\./,
    );
    assert.match(https ?? "", /"alert_reason":"Its anomaly score is 2\.00/);
    assert.equal(counts?.Anomalies, 1);
  });

  it("sends one alert about a device that stays unusual, also when a batch is retried", async () => {
    const given = ports();
    const handler = createHandler(settings, given);
    const event = kinesisEvent(scoring(9), scoring(10), scoring(11));
    await logged(() => handler(event));
    await logged(() => handler(event));
    assert.deepEqual(given.alerts.length, 1);
    assert.equal(new Set(given.stored.map(({ one }) => one.id)).size, 3);
  });

  it("scores a repetition in a batch once", async () => {
    const given = ports();
    const { counts } = await handle(given, scoring(1), scoring(2), scoring(1));
    assert.deepEqual(given.requests, [["1,40,1013", "2,40,1013"]]);
    assert.deepEqual([counts?.Stored, counts?.Duplicates], [2, 1]);
  });

  it("quarantines what is invalid and the reading that the model refuses, exactly those, and scores the others", async () => {
    const given = ports();
    const poison = scoring(1, { pressure: 666 });
    const { answer, counts } = await handle(given, scoring(1), invalid, poison, scoring(2));
    assert.deepEqual(answer, nothingFailed);
    assert.deepEqual(
      given.entries.map(({ reason }) => reason),
      ["wrong-type", "refused-by-model"],
    );
    assert.deepEqual(given.entries[1], {
      reason: "refused-by-model",
      detail: "The model does not accept the reading: unable to parse",
      ...(JSON.parse(poison) as object),
    });
    assert.deepEqual(
      given.stored.map(({ raw }) => raw),
      [1, 2],
    );
    assert.deepEqual([counts?.Stored, counts?.Quarantined, counts?.Failed], [2, 2, 0]);
  });

  it("returns the readings that a throttled endpoint did not score, and quarantines none", async () => {
    const names = ["ModelNotReadyException", "InternalFailure", "ValidationError"];
    for (const name of names) {
      const refused = () => Promise.reject(Object.assign(new Error(name), { name }));
      const given = ports({ invoke: refused });
      const { answer, counts } = await handle(given, invalid, scoring(1), scoring(2));
      assert.deepEqual(answer, failing(2));
      assert.deepEqual(given.entries.length, 1);
      assert.deepEqual([counts?.Stored, counts?.Failed], [0, 2]);
    }
  });

  it("returns a reading whose score is not stored, and sends no alert about it", async () => {
    const given = ports({ store: async () => [sequence(2)] });
    const { answer, counts } = await handle(given, scoring(8), scoring(9));
    assert.deepEqual(answer, failing(2));
    assert.equal(given.alerts.length, 1);
    assert.deepEqual([counts?.Stored, counts?.Failed], [1, 1]);
  });

  it("returns a reading whose alert was not sent, and sends it at the next attempt", async () => {
    let isDown = true;
    const given = ports({
      publish: () => (isDown ? Promise.reject(new Error("slow down")) : Promise.resolve()),
    });
    const handler = createHandler(settings, given);
    const event = kinesisEvent(scoring(1), scoring(9));
    assert.deepEqual((await logged(() => handler(event))).answer, failing(2));
    isDown = false;
    assert.deepEqual((await logged(() => handler(event))).answer, nothingFailed);
    assert.equal(given.alerts.length, 1);
  });

  it("returns a refused reading that the quarantine does not take", async () => {
    const given = ports({ quarantine: async () => [0] });
    const { answer } = await handle(given, scoring(1), scoring(1, { pressure: 666 }));
    assert.deepEqual(answer, failing(2));
  });
});

describe("The scorer's calls to AWS", () => {
  const cloud = useAws();
  const environment = () => ({
    ENDPOINT_NAME: "scores",
    FEATURES: "temperature,pressure",
    CONTENT: "jsonlines",
    SCORE_MEAN: "1",
    SCORE_DEVIATION: "0.5",
    ALERT_ABOVE: "0.8",
    MOST_BYTES: "4000000",
    SCORES_TABLE_NAME: "scores-table",
    KEEP_DAYS: "2",
    ALERTS_TOPIC_ARN: "arn:aws:sns:eu-central-1:123456789012:alerts",
    ANOMALIES_TOPIC_PREFIX: "anomalies",
    QUARANTINE_QUEUE_URL: `${cloud.aws.url}/quarantine`,
    GATE_TABLE_NAME: "gate",
    GATE_LIMITS: JSON.stringify(gateLimits),
  });
  const run = (...data: string[]) =>
    logged(() => createHandler(readSettings(environment()))(kinesisEvent(...data)));
  const made = (operation: string) => cloud.aws.calls.filter((one) => one.operation === operation);
  const returning = (...scores: number[]) =>
    cloud.aws.answer("InvokeEndpoint", () => ({ scores: scores.map((score) => ({ score })) }));

  it("send lines of JSON, and write an item per reading", async () => {
    returning(2.5);
    const reading = readingOf({ temperature: 20 });
    const { answer } = await run(envelopeOf(reading));
    assert.deepEqual(answer, nothingFailed);
    const [request] = made("InvokeEndpoint");
    assert.deepEqual(
      { ...request?.input, Body: String(request?.input["Body"]) },
      {
        EndpointName: "scores",
        ContentType: "application/jsonlines",
        Accept: "application/jsonlines",
        Body: '{"features":[20,1013]}\n',
      },
    );
    assert.deepEqual(made("BatchWriteItem")[0]?.input["RequestItems"], {
      "scores-table": [
        {
          PutRequest: {
            Item: {
              deviceId: { S: "pump-7" },
              readingKey: { S: `${receivedAt}#${readingId(reading)}` },
              timestamp: { N: String(receivedAt) },
              receivedAt: { N: String(receivedAt) },
              score: { N: "1" },
              rawScore: { N: "2.5" },
              endpoint: { S: "scores" },
              expiresAt: { N: String(receivedAt / 1000 + 2 * 86_400) },
            },
          },
        },
      ],
    });
    assert.equal(made("Publish").length, 2);
  });

  it("write 25 items each, and return those that the table did not take", async () => {
    const readings = Array.from({ length: 30 }, (_, nth) =>
      readingOf({ temperature: nth, timestamp: receivedAt - nth }),
    );
    returning(...readings.map(() => 1));
    cloud.aws.answer("BatchWriteItem", ({ RequestItems }) => {
      const { "scores-table": items = [] } = RequestItems as Record<string, unknown[]>;
      return items.length === 25 ? { UnprocessedItems: { "scores-table": [items[3]] } } : {};
    });
    const { answer, counts } = await run(...readings.map((reading) => envelopeOf(reading)));
    assert.deepEqual(
      made("BatchWriteItem").map(
        ({ input }) => (input["RequestItems"] as Record<string, unknown[]>)["scores-table"]?.length,
      ),
      [25, 5],
    );
    assert.deepEqual(answer, failing(4));
    assert.deepEqual([counts?.Stored, counts?.Failed], [29, 1]);
  });

  it("return the readings of a write that the table refuses", async () => {
    returning(1);
    cloud.aws.answer("BatchWriteItem", () => ({ refused: "AccessDeniedException" }));
    assert.deepEqual((await run(envelopeOf(readingOf()))).answer, failing(1));
  });

  it("take errors apart by their names: 424 refuses a reading, 400 does not", async () => {
    cloud.aws.answer("InvokeEndpoint", ({ Body }) =>
      String(Body).includes("666")
        ? { refused: "ModelError", status: 424, OriginalMessage: "unable to parse" }
        : { scores: [{ score: 1 }] },
    );
    const poison = envelopeOf(readingOf({ pressure: 666 }));
    assert.deepEqual((await run(envelopeOf(readingOf()), poison)).answer, nothingFailed);
    const [entry] = (made("SendMessageBatch")[0]?.input["Entries"] ?? []) as {
      MessageBody: string;
    }[];
    assert.match(entry?.MessageBody ?? "", /"refused-by-model".*unable to parse/);
    cloud.aws.reset();
    cloud.aws.answer("InvokeEndpoint", () => ({ refused: "ValidationError" }));
    assert.deepEqual((await run(envelopeOf(readingOf()))).answer, failing(1));
    assert.deepEqual(made("SendMessageBatch"), []);
  });

  it("do not start without a setting", () => {
    const { SCORES_TABLE_NAME: _, ...others } = environment();
    assert.throws(() => readSettings(others), /SCORES_TABLE_NAME is not set/);
  });
});
