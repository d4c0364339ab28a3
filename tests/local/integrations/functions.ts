import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import * as assert from "node:assert/strict";
import { eventually } from "./eventually";
import type { World } from "./world";

type Line = Record<string, unknown>;

/** What a function has logged since a moment, line by line. */
async function logOf(
  { platform, resource }: World,
  functionName: string,
  startTime: number,
): Promise<Line[]> {
  const { plain } = resource("aws:lambda/function:Function", functionName);
  const { events = [] } = await platform.clients.get(CloudWatchLogsClient).send(
    new FilterLogEventsCommand({
      logGroupName: `/aws/lambda/${plain.name as string}`,
      startTime,
    }),
  );
  return events
    .filter(({ message = "" }) => message.startsWith("{"))
    .map(({ message = "" }) => JSON.parse(message) as Line);
}

/** The reasons for which a function has quarantined messages of a device, by its own log. */
export async function refusedBy(
  world: World,
  functionName: string,
  deviceId: string,
): Promise<unknown[]> {
  const lines = await logOf(world, functionName, 0);
  return lines
    .filter((line) => line.message === "quarantined" && line.deviceId === deviceId)
    .map(({ reason }) => reason);
}

/** Those reasons, once there are so many. */
export const refused = (
  world: World,
  functionName: string,
  deviceId: string,
  times = 1,
): Promise<unknown[]> =>
  eventually(`${functionName} to quarantine messages of ${deviceId}`, async () => {
    const reasons = await refusedBy(world, functionName, deviceId);
    return reasons.length >= times && reasons;
  });

/** The results of the records that a function is invoked with, from now on. */
export interface Watch {
  handled(): number;
  /** The reasons of failures; each is a retry. */
  failures(): string[];
  stop(): void;
}

export function watch({ platform, resource }: World, functionName: string): Watch {
  const { plain } = resource("aws:lambda/function:Function", functionName);
  const failures: string[] = [];
  let handled = 0;
  const stop = platform.trace.on((event) => {
    if (!("functionName" in event) || event.functionName !== plain.name) return;
    if (event.kind === "batch-succeeded") handled += event.records;
    else failures.push(event.reason);
  });
  return { handled: () => handled, failures: () => failures, stop };
}

/** What is looked for in the log of a function. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  since: number;
  message: string;
  error: RegExp;
  deviceId?: string;
}

/** A function has logged this message at least so many times, and each time for this error. */
export async function assertLogged(
  world: World,
  functionName: string,
  { since, message, error, deviceId }: LogEntry,
  times = 1,
): Promise<void> {
  const what = `"${message}" in the log of ${functionName}, ${times} times`;
  const errors = await eventually(what, async () => {
    const lines = await logOf(world, functionName, since);
    const found = lines.filter(
      (line) => line.message === message && (deviceId === undefined || line.deviceId === deviceId),
    );
    return found.length >= times && found.map((line) => String(line.error));
  });
  for (const logged of errors) assert.match(logged, error);
}
