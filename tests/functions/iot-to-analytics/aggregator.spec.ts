import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { createHandler, readSettings } from "../../../functions/iot-to-analytics/aggregator";
import { heaviestState } from "../../../functions/iot-to-analytics/window-state";
import { envelopeOf, readingOf, receivedAt, sequence } from "../../support/events";
import { logged, loggedFailure } from "../logged";
import { ports, settings, windowEvent } from "./windows";

/** `receivedAt` is the first millisecond of a minute. */
const minute = receivedAt;
const end = minute + 60_000;

interface Sent {
  deviceId?: string;
  temperature?: number;
  /** Ms since the beginning of the minute. */
  at?: number;
  /** When AWS IoT received it, in ms since the beginning of the minute. */
  received?: number;
  humidity?: number;
}

const sent = ({
  deviceId = "pump-7",
  temperature = 91,
  at = 0,
  received = at,
  humidity = 40,
}: Sent) =>
  envelopeOf(readingOf({ deviceId, temperature, humidity, timestamp: minute + at }), {
    deviceId,
    at: minute + received,
  });

/** Runs the batches of one window, then its last invocation; returns the counts of the latter. */
async function run(given: ReturnType<typeof ports>, ...batches: string[][]) {
  const handle = createHandler(settings, given);
  let state: unknown = {};
  const counts = [];
  for (const batch of batches) {
    const invoked = await logged(() => handle(windowEvent(batch, { state })));
    // What Lambda keeps is JSON.
    state = JSON.parse(JSON.stringify(invoked.answer.state));
    counts.push(invoked.counts);
  }
  const last = await logged(() => handle(windowEvent([], { state, isLast: true })));
  return { counts, last };
}

describe("The aggregator of iot-to-analytics", () => {
  it("averages the values above the threshold per device and minute, and publishes each result", async () => {
    const given = ports();
    const { counts, last } = await run(
      given,
      [sent({ temperature: 81 }), sent({ temperature: 80, at: 1 }), sent({ deviceId: "pump-8" })],
      [sent({ temperature: 95, at: 59_999 }), sent({ temperature: 99, at: 60_000 })],
    );
    assert.deepEqual(counts[0], {
      ...{ Received: 3, Counted: 2, Below: 1, Late: 0, Duplicates: 0, Quarantined: 0 },
    });
    assert.deepEqual(last.answer, { state: { windows: [] }, batchItemFailures: [] });
    const result = {
      id: `pump-7#temperature#${minute}`,
      deviceId: "pump-7",
      field: "temperature",
      windowStart: minute,
      windowEnd: end,
      ...{ count: 2, average: 88, minimum: 81, maximum: 95, revision: 1 },
    };
    assert.deepEqual(given.published, [
      { topic: "analytics/pump-7/temperature", message: result },
      {
        topic: "analytics/pump-8/temperature",
        message: {
          ...{ ...result, id: `pump-8#temperature#${minute}`, deviceId: "pump-8" },
          ...{ count: 1, average: 91, minimum: 91, maximum: 91 },
        },
      },
      {
        topic: "analytics/pump-7/temperature",
        message: {
          ...{ ...result, id: `pump-7#temperature#${end}`, windowStart: end },
          ...{ windowEnd: end + 60_000, count: 1, average: 99, minimum: 99, maximum: 99 },
        },
      },
    ]);
    assert.deepEqual(last.counts, {
      ...{ Received: 0, Counted: 0, Below: 0, Late: 0, Duplicates: 0, Quarantined: 0 },
      ...{ Windows: 3, HighAverages: 2, Truncated: 0, Spilled: 0, Failed: 0 },
    });
  });

  it("writes nothing before the end of the window", async () => {
    const given = ports();
    await logged(() => createHandler(settings, given)(windowEvent([sent({})])));
    assert.deepEqual([given.results.size, given.published.length], [0, 0]);
  });

  it("does not count a repetition, in the same batch, in another one and in a later window of Lambda", async () => {
    const given = ports();
    const { counts } = await run(given, [sent({}), sent({})], [sent({}), sent({ at: 1 })]);
    assert.deepEqual(
      counts.map((one) => one?.Duplicates),
      [1, 1],
    );
    await run(given, [sent({})]);
    assert.equal(given.results.get(`pump-7 ${minute}`)?.count, 2);
  });

  it("counts two readings of one time and value that differ otherwise", async () => {
    const given = ports();
    await run(given, [sent({}), sent({ humidity: 41 })]);
    assert.equal(given.results.get(`pump-7 ${minute}`)?.count, 2);
  });

  it("counts a reading that AWS IoT received before its minute was over for 300 s, and no later one", async () => {
    const given = ports();
    const late = 60_000 + 300_000;
    const { counts } = await run(given, [
      sent({ at: 1, received: late - 1 }),
      sent({ at: 2, received: late }),
    ]);
    assert.deepEqual([counts[0]?.Counted, counts[0]?.Late], [1, 1]);
    assert.equal(given.results.get(`pump-7 ${minute}`)?.count, 1);
  });

  it("has the same results for the same readings, however they are ordered, repeated and split into batches and windows", () => {
    const reading = fc.record({
      deviceId: fc.constantFrom("pump-7", "__proto__", "a:b"),
      temperature: fc.double({ min: 70, max: 200, noNaN: true }),
      at: fc.integer({ min: -30_000, max: 90_000 }),
    });
    return fc.assert(
      fc.asyncProperty(
        fc.array(reading, { minLength: 1, maxLength: 20 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        async (readings, picks) => {
          const all = readings.map((one) => sent({ ...one, received: Math.max(0, one.at) }));
          const once = ports();
          await run(once, all);
          const again = ports();
          const shuffled = picks.map((pick) => all[pick % all.length] ?? "");
          await run(again, shuffled.slice(0, 7), shuffled.slice(7));
          await run(again, [...all].reverse());
          const summaries = (of: typeof once) =>
            [...of.results].map(([key, { revision: _, ...summary }]) => [key, summary]).sort();
          assert.deepEqual(summaries(again), summaries(once));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("quarantines invalid messages once, and counts the others", async () => {
    const given = ports();
    const { counts } = await run(given, [envelopeOf({}), "no envelope", sent({})]);
    assert.deepEqual(
      given.entries.map(({ reason }) => reason),
      ["missing-field", "not-an-envelope"],
    );
    assert.deepEqual([counts[0]?.Quarantined, counts[0]?.Counted], [2, 1]);
  });

  it("fails the whole batch, so that its state stays as it was, if the quarantine is out of reach", async () => {
    const given = ports({ quarantine: () => Promise.reject(new Error("no route")) });
    const { answer } = await loggedFailure(() =>
      createHandler(settings, given)(windowEvent([sent({}), envelopeOf({})])),
    );
    assert.equal(answer, "The quarantine did not take 1 invalid records.");
  });

  it("sets aside the records of a window that was not written, and writes the other windows", async () => {
    const given = ports();
    const { write } = given;
    given.write = (window) =>
      window.deviceId === "pump-8"
        ? Promise.reject(Object.assign(new Error("slow down"), { name: "ThrottlingException" }))
        : write(window);
    const { last } = await run(given, [sent({}), sent({ deviceId: "pump-8" }), sent({ at: 3 })]);
    assert.deepEqual(last.answer.state, { windows: [] });
    assert.deepEqual(given.setAside_, [
      {
        requestContext: { functionArn: "aggregator", condition: "WindowNotWritten" },
        KinesisBatchInfo: {
          shardId: "shardId-000000000000",
          startSequenceNumber: sequence(1),
          endSequenceNumber: sequence(3),
          batchSize: 3,
          streamArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry",
        },
      },
    ]);
    assert.deepEqual([...given.results.keys()], [`pump-7 ${minute}`]);
    assert.deepEqual(last.counts?.Failed, 1);
    assert.deepEqual(
      last.lines.find(({ level }) => level === "error"),
      {
        level: "error",
        message: "window not written",
        deviceId: "pump-8",
        windowStart: minute,
        error: "ThrottlingException: slow down",
      },
    );
  });

  it("sets aside a window whose result was not published", async () => {
    const given = ports({ publish: () => Promise.reject(new Error("refused")) });
    await run(given, [sent({})]);
    assert.equal(given.setAside_.length, 1);
  });

  it("fails the last invocation, which Lambda repeats with the same state, if the failures queue is out of reach too", async () => {
    const given = ports({
      write: () => Promise.reject(new Error("no table")),
      setAside: () => Promise.reject(new Error("no queue")),
    });
    const handle = createHandler(settings, given);
    const { answer } = await logged(() => handle(windowEvent([sent({})])));
    const failure = await loggedFailure(() =>
      handle(windowEvent([], { state: answer.state, isLast: true })),
    );
    assert.equal(failure.answer, "no queue");
  });

  it("counts the records of a batch that Lambda repeats once in the range of the window", async () => {
    const given = ports({ write: () => Promise.reject(new Error("no table")) });
    const batch = [sent({}), sent({ at: 1 })];
    await run(given, batch, batch);
    assert.deepEqual(
      given.setAside_.map(
        ({ KinesisBatchInfo }) => (KinesisBatchInfo as { batchSize: number }).batchSize,
      ),
      [2],
    );
  });
});

describe("The state of the aggregator", () => {
  /** As many devices, each with as many readings, in one batch. */
  const load = (devices: number, each: number, name = (index: number) => `pump-${index}`) =>
    Array.from({ length: devices * each }, (_, index) =>
      sent({
        deviceId: name(index % devices),
        at: Math.floor(index / devices),
        temperature: 80.5 + (index % 1000) / 100,
      }),
    );

  it("holds 10,000 devices with one reading a minute each", async () => {
    const given = ports();
    const { answer, counts } = await logged(() =>
      createHandler(settings, given)(windowEvent(load(10_000, 1))),
    );
    const bytes = Buffer.byteLength(JSON.stringify(answer.state));
    assert.ok(bytes < heaviestState, `${bytes} bytes`);
    assert.deepEqual([counts?.Spilled, given.results.size], [undefined, 0]);
  });

  it("is written before it is larger than Lambda keeps it, which is counted, and no reading is lost or counted twice", async () => {
    const given = ports();
    const wide = load(12_000, 1, (index) => `${"d".repeat(100)}-${index}`);
    const handle = createHandler(settings, given);
    let state: unknown = {};
    let spilled = 0;
    for (let from = 0; from < wide.length; from += 3000) {
      const batch = wide.slice(from, from + 3000);
      const { answer, counts } = await logged(() => handle(windowEvent(batch, { state })));
      assert.ok(Buffer.byteLength(JSON.stringify(answer.state)) <= heaviestState);
      spilled += counts?.Spilled ?? 0;
      state = answer.state;
    }
    await logged(() => handle(windowEvent([...wide.slice(0, 5)], { state, isLast: true })));
    assert.ok(spilled > 0);
    const results = [...given.results.values()];
    assert.equal(results.length, 12_000);
    assert.ok(results.every(({ count }) => count === 1));
  }).timeout(30_000);

  it("fails the batch that outgrows it if the windows cannot be written: its records are still in the stream", async () => {
    const given = ports({ write: () => Promise.reject(new Error("no table")) });
    const wide = load(9000, 1, (index) => `${"d".repeat(100)}-${index}`);
    const { answer } = await loggedFailure(() => createHandler(settings, given)(windowEvent(wide)));
    assert.equal(answer, "9000 windows were not written.");
    assert.deepEqual(given.setAside_, []);
  }).timeout(30_000);
});

describe("readSettings of the aggregator", () => {
  const env = {
    ...{ FIELD: "temperature", ABOVE: "80", LATENESS_SECONDS: "300", KEEP_DAYS: "30" },
    ...{ AVERAGES_TABLE_NAME: "a", FAILURES_QUEUE_URL: "f", QUARANTINE_QUEUE_URL: "q" },
    ...{ RESULT_TOPIC_PREFIX: "analytics", FUNCTION_NAME: "aggregator" },
  };

  it("reads numbers as numbers, and has no alarming average unless one is set", () => {
    const read = readSettings(env);
    assert.deepEqual([read.above, read.latenessSeconds, read.keepDays], [80, 300, 30]);
    assert.equal(read.alarmAbove, undefined);
    assert.equal(readSettings({ ...env, ALARM_ABOVE: "90" }).alarmAbove, 90);
  });

  it("does not start without its field", () =>
    assert.throws(() => readSettings({ ...env, FIELD: undefined }), {
      message: "Environment variable FIELD is not set: deploy the function with its component.",
    }));
});
