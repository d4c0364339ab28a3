import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EventBridgeEvent } from "aws-lambda";
import { log } from "../shared/log";
import { count } from "../shared/metrics";
import { required } from "../shared/settings";
import type { ReadingDetail } from "./event-shaper";
import { changeBy, type Change } from "./incident";
import { incidentTable, type ApplyChange } from "./incident-table";

export interface Settings {
  incidentsTableName: string;
}

/** The calls that the handler makes. */
export interface Ports {
  apply: ApplyChange;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  incidentsTableName: required(env, "INCIDENTS_TABLE_NAME"),
});

/**
 * Keeps one open incident per device: a critical reading opens it, the next good one closes it. Idempotent, and independent of the
 * order of events. If it throws, Lambda invokes it again, and sends the event to the failures queue in the end.
 */
export function createHandler(
  settings: Settings,
  { apply }: Ports = awsPorts(settings),
): (event: EventBridgeEvent<string, ReadingDetail>) => Promise<void> {
  return async ({ detail }) => {
    const change = changeBy(detail);
    if (!change) return;
    const applied = await apply(change);
    if (!applied) return;
    const { before } = applied;
    if (change.kind === "close") reportChange(change, before?.openedAt ?? change.at);
    else if (before?.status !== "open") reportChange(change, change.at);
  };
}

/** Logs and counts an incident that was opened or closed. */
function reportChange({ kind, deviceId }: Change, openedAt: number): void {
  const opened = kind === "open";
  log(opened ? "warn" : "info", `incident ${opened ? "opened" : "closed"}`, { deviceId, openedAt });
  count("iot-to-eventbridge", opened ? { Opened: 1 } : { Closed: 1 });
}

const awsPorts = ({ incidentsTableName }: Settings): Ports => ({
  apply: incidentTable(new DynamoDBClient({}), incidentsTableName),
});
