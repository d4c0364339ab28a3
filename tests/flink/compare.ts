import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { createHandler } from "../../functions/iot-to-analytics/aggregator";
import type { Reading } from "../../reading/reading";
import { logged } from "../functions/logged";
import { ports, settings, windowEvent } from "../functions/iot-to-analytics/windows";
import { envelopeOf, readingOf, receivedAt as start } from "../support/events";

/**
 * Compares the windows of the callback with those of Apache Flink, on generated readings that come late, twice and out of order.
 * Installs Apache Flink (1.20.5, 700 MB) into .local/flink on first use; needs Java 17 and Python 3.8 to 3.11.
 */

const root = path.join(__dirname, "../..");
const home = path.join(root, ".local/flink");
const python = path.join(home, "venv/bin/python");
const version = "1.20.5";

/** How far apart the two may be: they add up doubles in different orders. */
const tolerance = 1e-9;

type Received = Reading & { receivedAt: number };
/** Device, start, count, average, minimum, maximum. */
type Row = [string, number, number, number, number, number];

const columns = {
  temperature: "DOUBLE",
  humidity: "DOUBLE",
  pressure: "DOUBLE",
  status: "STRING",
  message: "STRING",
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
  return [...readings, ...twins, ...again].sort((a, b) => a.receivedAt - b.receivedAt);
}

/** The windows of the callback, in batches and windows of Lambda of any length. */
async function byCallback(random: () => number, readings: readonly Received[]): Promise<Row[]> {
  const given = ports();
  const handle = createHandler(settings, given);
  let state: unknown = {};
  for (let from = 0; from < readings.length;) {
    const to = from + 1 + Math.floor(random() * 200);
    const batch = readings
      .slice(from, to)
      .map(({ receivedAt: at, ...reading }) =>
        envelopeOf(reading, { deviceId: reading.deviceId, at }),
      );
    const isLast = random() < 0.2;
    const { answer } = await logged(() => handle(windowEvent(batch, { state, isLast })));
    state = JSON.parse(JSON.stringify(answer.state));
    from = to;
  }
  await logged(() => handle(windowEvent([], { state, isLast: true })));
  return [...given.results.values()].map(
    ({ deviceId, windowStart, count, average, minimum, maximum }): Row => [
      ...([deviceId, windowStart, count] as const),
      ...([average, minimum, maximum] as const),
    ],
  );
}

/** The windows of Apache Flink. */
function byFlink(readings: readonly Received[]): Row[] {
  const file = path.join(home, "readings.json");
  fs.writeFileSync(file, readings.map((one) => JSON.stringify(one)).join("\n"));
  const { field, above, latenessSeconds } = settings;
  const words = [
    path.join(__dirname, "run.py"),
    file,
    path.join(__dirname, "averages.sql"),
    ...[field, String(above), String(latenessSeconds), JSON.stringify(columns)],
  ];
  const output = execFileSync(python, words, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [last = "[]"] = output.trim().split("\n").slice(-1);
  return JSON.parse(last) as Row[];
}

function install(): void {
  if (fs.existsSync(path.join(home, "complete"))) return;
  console.log(`installing Apache Flink ${version} into .local/flink …`);
  execFileSync("python3", ["-m", "venv", path.join(home, "venv")], { stdio: "inherit" });
  const words = ["-m", "pip", "install", "--quiet", `apache-flink==${version}`];
  execFileSync(python, words, { stdio: "inherit" });
  fs.writeFileSync(path.join(home, "complete"), version);
}

/** The differences of two lists of windows, one sentence each. */
function differences(callback: Row[], flink: Row[]): string[] {
  const keyOf = ([deviceId, windowStart]: Row): string => `${deviceId} ${windowStart}`;
  const others = new Map(flink.map((row) => [keyOf(row), row]));
  const found = callback.flatMap((row) => {
    const other = others.get(keyOf(row));
    others.delete(keyOf(row));
    if (!other) return [`${keyOf(row)}: only the callback has it.`];
    const isSame = row.every((value, index) => {
      const there = other[index];
      if (typeof value !== "number" || typeof there !== "number") return value === there;
      return Math.abs(value - there) <= tolerance * Math.abs(value);
    });
    return isSame
      ? []
      : [`${keyOf(row)}: ${JSON.stringify(row)}, in Flink ${JSON.stringify(other)}.`];
  });
  return [...found, ...[...others.keys()].map((key) => `${key}: only Flink has it.`)];
}

async function main(): Promise<void> {
  install();
  const seed = Number(process.argv[2] ?? 1);
  const random = createRandom(seed);
  const readings = generate(random, 5000);
  const callback = await byCallback(random, readings);
  const flink = byFlink(readings);
  const found = differences(callback, flink);
  for (const difference of found) console.log(difference);
  const counted = callback.reduce((sum, [, , count]) => sum + count, 0);
  console.log(
    `seed ${seed}: ${readings.length} readings, ${counted} counted, ${callback.length} windows of the callback, ${flink.length} of Flink, ${found.length} differences`,
  );
  process.exitCode = found.length > 0 || callback.length === 0 ? 1 : 0;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
