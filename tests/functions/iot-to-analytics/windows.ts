import type { Summary, Window } from "../../../functions/iot-to-analytics/window";
import { summarise, union, windowLength } from "../../../functions/iot-to-analytics/window";
import type { Ports, WindowEvent } from "../../../functions/iot-to-analytics/aggregator";
import type { Result } from "../../../functions/iot-to-analytics/windows-table";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { kinesisEvent } from "../../support/events";

export const settings = {
  field: "temperature",
  above: 80,
  latenessSeconds: 300,
  alarmAbove: 90,
  keepDays: 30,
  averagesTableName: "unused",
  failuresQueueUrl: "unused",
  quarantineQueueUrl: "unused",
  resultTopicPrefix: "analytics",
  functionName: "aggregator",
};

/** An invocation with records of one shard, which begin at the nth sequence number, or the last one of a window. */
export const windowEvent = (
  data: string[],
  { state = {}, isLast = false }: { state?: unknown; isLast?: boolean } = {},
): WindowEvent => ({
  ...kinesisEvent(...data),
  state,
  shardId: "shardId-000000000000",
  eventSourceARN: "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry",
  isFinalInvokeForWindow: isLast,
});

/** A table that merges windows as the real one does, and records what else the handler does. */
export function ports(changes: Partial<Ports> = {}) {
  const results = new Map<string, Result>();
  const values = new Map<string, Map<string, number>>();
  const published: { topic: string; message: Record<string, unknown> }[] = [];
  const setAside: Record<string, unknown>[] = [];
  const entries: QuarantineEntry[] = [];
  return {
    results,
    published,
    setAside_: setAside,
    entries,
    write: async ({ deviceId, start, values: given }: Window): Promise<Result> => {
      const key = `${deviceId} ${start}`;
      const merged = union(values.get(key) ?? new Map<string, number>(), given);
      values.set(key, merged.values);
      const summary: Summary = summarise(merged.values.values());
      const revision = (results.get(key)?.revision ?? 0) + 1;
      const times = { windowStart: start, windowEnd: start + windowLength };
      const result = { deviceId, field: "temperature", ...times, ...summary, revision };
      results.set(key, result);
      return result;
    },
    publish: async (topic: string, message: string) => {
      published.push({ topic, message: JSON.parse(message) as Record<string, unknown> });
    },
    setAside: async (message: string) => {
      setAside.push(JSON.parse(message) as Record<string, unknown>);
    },
    quarantine: async (given: QuarantineEntry[]) => {
      entries.push(...given);
      return [];
    },
    ...changes,
  };
}
