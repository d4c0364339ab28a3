import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { rulesOfFlink, slackSeconds } from "../../components/parts/flink/rules";
import { createHandler } from "../../functions/iot-to-analytics/aggregator";
import { createHandler as createWriter } from "../../functions/iot-to-analytics/flink-writer";
import {
  createHandler as createForwarder,
  type Forwarded,
} from "../../functions/iot-to-analytics/forwarder";
import { mostReadings } from "../../functions/iot-to-analytics/window";
import type { Result } from "../../functions/iot-to-analytics/windows-table";
import type { Reading } from "../../reading/reading";
import { logged } from "../functions/logged";
import { ports, settings, windowEvent } from "../functions/iot-to-analytics/windows";
import { envelopeOf, kinesisEvent, readingOf, receivedAt as start } from "../support/events";
import { home, install, logs, metricsReporter, missing, python } from "./installation";

/**
 * Compares the windows of both engines of iot-to-analytics, on generated messages that come late, twice, out of order and invalid: those
 * of the aggregator, and those of flink/averages.sql in Apache Flink between the forwarder and the writer. `npm run test:flink`
 */

/** How far apart averages of the same values may be: Flink adds them up in another order. */
const tolerance = 1e-9;

type Received = Reading & { receivedAt: number };
/** A record of the results stream. */
type Piece = Pick<
  Result,
  "deviceId" | "windowStart" | "count" | "average" | "minimum" | "maximum"
> & {
  readings: string;
};

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Readings of some devices over ten minutes, in the order of arrival. */
function generate(random: () => number, count: number): Received[] {
  const readings = Array.from({ length: count }, (): Received => {
    const timestamp = start + Math.floor(random() * 600_000);
    // A tenth is late: up to ten minutes, of which the rule allows five after the end of the minute.
    const delay = random() < 0.1 ? random() * 600_000 : random() * 3000;
    const reading = readingOf({
      deviceId: `pump-${Math.floor(random() * 7)}`,
      timestamp,
      temperature: 60 + random() * 60,
      ...(random() < 0.3 && { humidity: 41 }),
      ...(random() < 0.3 && { message: "hot" }),
    });
    return { ...reading, receivedAt: Math.floor(timestamp + delay) };
  });
  const twins = readings.slice(0, 20).map((one) => ({ ...one, humidity: 42 }));
  // A repetition is received again a moment later, and may be too late then.
  const again = readings
    .filter(() => random() < 0.2)
    .map((one) => ({ ...one, receivedAt: one.receivedAt + Math.floor(random() * 5000) }));
  const inOrder = [...readings, ...twins, ...again].sort((a, b) => a.receivedAt - b.receivedAt);
  // Those that failed and were redriven: they keep the time of their receipt, and come after everything else.
  const redriven = inOrder.filter(() => random() < 0.02);
  return [
    ...inOrder.filter((one) => !redriven.includes(one)),
    ...redriven,
    ...redriven.slice(0, 9),
  ];
}

/** What AWS IoT makes of readings; one in fifty comes with a message that is no reading. */
const messagesOf = (random: () => number, readings: readonly Received[]): string[] =>
  readings.flatMap(({ receivedAt: at, ...reading }) => {
    const from = { deviceId: reading.deviceId, at };
    const invalid = { ...reading, temperature: String(reading.temperature) };
    return [reading, ...(random() < 0.02 ? [invalid] : [])].map((one) => envelopeOf(one, from));
  });

/** Splits a list into batches of any length up to the most. */
function* batches<T>(random: () => number, all: readonly T[], most: number): Generator<T[]> {
  for (let from = 0; from < all.length;) {
    const to = from + 1 + Math.floor(random() * most);
    yield all.slice(from, to);
    from = to;
  }
}

type Results = ReadonlyMap<string, Result>;

/** The windows of the aggregator, in batches and windows of Lambda of any length. */
async function byLambda(random: () => number, messages: readonly string[]): Promise<Results> {
  const given = ports();
  const handle = createHandler(settings, given);
  let state: unknown = {};
  for (const batch of batches(random, messages, 200)) {
    const isLast = random() < 0.2;
    const { answer } = await logged(() => handle(windowEvent(batch, { state, isLast })));
    state = JSON.parse(JSON.stringify(answer.state));
  }
  await logged(() => handle(windowEvent([], { state, isLast: true })));
  return given.results;
}

/** The readings that the forwarder puts on the stream of Apache Flink. */
async function forwarded(random: () => number, messages: readonly string[]): Promise<Forwarded[]> {
  const put: Forwarded[] = [];
  const handle = createForwarder(
    { ...settings, readingsStreamName: "unused", quarantineQueueUrl: "unused" },
    {
      put: async (readings) => {
        put.push(...readings);
        return [];
      },
      quarantine: async () => [],
    },
  );
  for (const batch of batches(random, messages, 200))
    await logged(() => handle(kinesisEvent(...batch)));
  return put;
}

/**
 * The same readings as a stream with several shards or writers delivers them: each up to nine tenths of the slack later than AWS IoT's order
 * has it, which the watermark must bear without a reading that comes after its window.
 */
function disordered(random: () => number, readings: readonly Forwarded[]): Forwarded[] {
  let clock = 0;
  return readings
    .map((reading) => {
      clock = Math.max(clock, reading.receivedAt);
      return { reading, at: clock + random() * slackSeconds * 900 };
    })
    .sort((a, b) => a.at - b.at)
    .map(({ reading }) => reading);
}

/** Readings below the threshold that come last: so many that the metrics of the others reach the log before the job ends. */
function* chilly(readings: readonly Forwarded[]): Generator<Forwarded> {
  const [one] = readings;
  if (!one) return;
  const timestamp = Math.max(...readings.map(({ receivedAt }) => receivedAt));
  for (let nth = 0; nth < 500_000; nth += 1)
    yield { ...one, id: String(nth), timestamp, receivedAt: timestamp, value: settings.above - 1 };
}

/** The results of Apache Flink, in the order of its files. */
function byFlink(readings: readonly Forwarded[]): Piece[] {
  const [source, sink] = [path.join(home, "readings.json"), path.join(home, "results")];
  const lines = [...readings, ...chilly(readings)].map((one) => JSON.stringify(one));
  fs.writeFileSync(source, lines.join("\n"));
  for (const folder of [sink, logs]) fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(logs);
  const { above, latenessSeconds } = settings;
  const rules = JSON.stringify(rulesOfFlink({ above, latenessSeconds, mostReadings }));
  execFileSync(python, [path.join(__dirname, "run.py"), source, sink, rules], {
    env: {
      ...process.env,
      PATH: `${path.dirname(python)}:${process.env.PATH}`,
      FLINK_LOG_DIR: logs,
      // Part of the class path of Flink's process.
      HADOOP_CLASSPATH: metricsReporter(),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  // The connector for files writes a folder per device, and the device into its name alone.
  return fs.readdirSync(sink).flatMap((folder) =>
    fs.readdirSync(path.join(sink, folder)).flatMap((file) =>
      fs
        .readFileSync(path.join(sink, folder, file), "utf8")
        .trim()
        .split("\n")
        .map((line) => ({ ...(JSON.parse(line) as Piece), deviceId: folder.split("=")[1] ?? "" })),
    ),
  );
}

/** The readings that Apache Flink dropped because their windows were over, by its own count; an alarm watches it. */
function dropped(): number {
  const reports = fs
    .readdirSync(logs)
    .flatMap((file) => [
      ...fs
        .readFileSync(path.join(logs, file), "utf8")
        .matchAll(/\.numLateRecordsDropped: (\d+)$/gm),
    ]);
  if (reports.length === 0) throw new Error("The log of Apache Flink has no metrics.");
  return Math.max(...reports.map(([, count]) => Number(count)));
}

/** The windows that the writer makes of results of Apache Flink, of which it gets some again. */
async function written(random: () => number, pieces: readonly Piece[]): Promise<Results> {
  const given = ports();
  const handle = createWriter(settings, given);
  const delivered = [...pieces, ...pieces.filter(() => random() < 0.2)];
  for (const batch of batches(random, delivered, 20)) {
    const lines = batch.map((one) => JSON.stringify(one));
    const { answer } = await logged(() => handle(kinesisEvent(...lines)));
    if (answer.batchItemFailures.length > 0) throw new Error("The writer refused a result.");
  }
  return given.results;
}

const comparable = (result: Result | undefined): string =>
  JSON.stringify(result && { ...result, revision: undefined });

/** The differences of the windows of both engines, one sentence each. */
function differences(lambda: Results, flink: Results): string[] {
  const keys = [...new Set([...lambda.keys(), ...flink.keys()])].sort();
  return keys.flatMap((key) => {
    const [one, other] = [comparable(lambda.get(key)), comparable(flink.get(key))];
    return one === other ? [] : [`${key}: ${one} of the aggregator, ${other} of Apache Flink.`];
  });
}

const isNear = (one: number, other: number): boolean =>
  Math.abs(one - other) <= tolerance * Math.abs(one);

/** Results whose numbers, as Flink computed them, differ from those of their readings, which the table has in the end. */
function miscalculated(results: Results, pieces: readonly Piece[]): string[] {
  return pieces.flatMap((piece) => {
    const result = results.get(`${piece.deviceId} ${piece.windowStart}`);
    if (!result) return [`${piece.deviceId} ${piece.windowStart}: only Apache Flink has it.`];
    // Part of a window.
    if (piece.count !== result.count) return [];
    const { average, minimum, maximum } = result;
    const isRight =
      isNear(average, piece.average) && minimum === piece.minimum && maximum === piece.maximum;
    return isRight ? [] : [`${JSON.stringify(piece)}: the table has ${JSON.stringify(result)}.`];
  });
}

async function main(): Promise<void> {
  const problem = missing();
  if (problem !== undefined) {
    console.error(problem);
    process.exitCode = 1;
    return;
  }
  install();
  const seed = Number(process.argv[2] ?? 1);
  const random = createRandom(seed);
  const messages = messagesOf(random, generate(random, 5000));
  const lambda = await byLambda(random, messages);
  const readings = await forwarded(random, messages);
  const pieces = byFlink(disordered(random, readings));
  const lost = dropped();
  const flink = await written(random, pieces);
  const found = [...differences(lambda, flink), ...miscalculated(lambda, pieces)];
  for (const difference of found) console.log(difference);
  const counted = [...lambda.values()].reduce((sum, { count }) => sum + count, 0);
  const whole = pieces.filter(
    ({ deviceId, windowStart, count }) => lambda.get(`${deviceId} ${windowStart}`)?.count === count,
  );
  console.log(
    `seed ${seed}: ${messages.length} messages, ${readings.length} valid, ${counted} counted in ${lambda.size} windows of the aggregator; ${pieces.length} results of Apache Flink, ${whole.length} of them whole windows, make ${flink.size} windows; ${found.length} differences, ${lost} readings dropped`,
  );
  // Merged, the parts of windows are right too; windows that no redriven reading corrects must come whole.
  const areSplit = whole.length < lambda.size / 4;
  if (areSplit) console.log("Too many windows came in parts: the watermark closes them too early.");
  process.exitCode = found.length > 0 || areSplit || lost > 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
