import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { log } from "../shared/log";
import { count } from "../shared/metrics";
import { streamAnswer } from "../shared/stream-answer";
import {
  awsResultPorts,
  createResultWriter,
  readResultSettings,
  type ResultPorts,
  type ResultSettings,
} from "./result-writer";
import { idLength, type Window } from "./window";

export const readSettings = (env: NodeJS.ProcessEnv = process.env): ResultSettings =>
  readResultSettings(env);

/**
 * Writes the windows that Apache Flink counted: as the lambda engine writes its own, so that the table, the messages and the alarms are
 * the same. Runs once per warm environment; the returned handler runs once per batch. Flink may deliver a result again, and delivers
 * readings that come after it one by one: the table adds what it lacks.
 */
export function createHandler(
  settings: ResultSettings,
  ports: ResultPorts = awsResultPorts(settings),
): (event: KinesisStreamEvent) => Promise<KinesisStreamBatchResponse> {
  const writeResults = createResultWriter(settings, ports);
  return async ({ Records }) => {
    const incoming = Records.map(({ kinesis }) => ({
      id: kinesis.sequenceNumber,
      body: Buffer.from(kinesis.data, "base64"),
    }));
    const merged = new Map<string, { window: Window; ids: string[] }>();
    const failed: string[] = [];
    for (const { id, body } of incoming) {
      const window = windowOf(body.toString());
      if (!window) {
        log("error", "not a result of Apache Flink", { sequenceNumber: id });
        failed.push(id);
        continue;
      }
      const key = `${window.deviceId} ${window.start}`;
      const known = merged.get(key);
      if (!known) merged.set(key, { window, ids: [id] });
      else {
        known.window.values = new Map([...known.window.values, ...window.values]);
        known.ids.push(id);
      }
    }
    const windows = [...merged.values()];
    const { counts, failed: unwritten } = await writeResults(windows.map(({ window }) => window));
    const missed = new Set(unwritten);
    failed.push(...windows.flatMap(({ window, ids }) => (missed.has(window) ? ids : [])));
    count(
      "iot-to-analytics",
      { Received: Records.length, ...counts, Failed: failed.length },
      settings.functionName,
    );
    return streamAnswer(failed, incoming);
  };
}

/** Reads a result of flink/averages.sql; undefined for anything else. Each of its readings is an id followed by a number. */
function windowOf(text: string): Window | undefined {
  try {
    const { deviceId, windowStart: start, readings } = JSON.parse(text) as Record<string, unknown>;
    if (typeof deviceId !== "string" || typeof start !== "number" || typeof readings !== "string")
      return undefined;
    const parts = readings.split(",");
    const values = new Map(
      parts.map((one) => [one.slice(0, idLength), Number(one.slice(idLength))] as const),
    );
    const isSound =
      parts.every((one) => one.length > idLength) && ![...values.values()].some(Number.isNaN);
    return isSound ? { deviceId, start, values } : undefined;
  } catch {
    return undefined;
  }
}
