import type { ReadingDetail } from "../../functions/iot-to-eventbridge/event-shaper";
import type { Change, Incident } from "../../functions/iot-to-eventbridge/incident";
import type { ApplyChange } from "../../functions/iot-to-eventbridge/incident-table";
import { levelOf } from "../../reading/severity";

/** An incident without the attribute by which the table tells that it is open. */
export type PlainIncident = Omit<Incident, "openSince">;

/**
 * What incidents are to do, in plain words: how a reading changes a device's incident, undefined if it does not. The expressions of
 * the table are compared with it.
 */
export function follow(
  known: PlainIncident | undefined,
  reading: ReadingDetail,
): PlainIncident | undefined {
  const { timestamp, receivedAt: _received, ...values } = reading;
  if (known && timestamp <= known.changedAt) return undefined;
  const isOpen = known?.status === "open";
  const level = levelOf(reading);
  if (level === "critical")
    return {
      ...values,
      status: "open",
      openedAt: isOpen ? known.openedAt : timestamp,
      changedAt: timestamp,
    };
  if (level === "good" && isOpen)
    return { ...known, status: "closed", changedAt: timestamp, closedAt: timestamp };
  return undefined;
}

/** The model by changes instead of readings. */
function applied(known: PlainIncident | undefined, change: Change): PlainIncident | undefined {
  const { deviceId, at: timestamp } = change;
  const values =
    change.kind === "open" ? { ...change.values, status: "critical" } : { status: "ok" };
  const reading = { deviceId, timestamp, receivedAt: 0, ...values };
  const given = Object.entries(reading).filter(([, value]) => value !== undefined);
  return follow(known, Object.fromEntries(given) as unknown as ReadingDetail);
}

export interface ModelTable {
  incidents: Map<string, PlainIncident>;
  apply: ApplyChange;
  /** Writes so far, refused ones included. */
  writes: () => number;
}

/** A table that follows the model. It decides on each write alone, at some later moment than the call, as DynamoDB does. */
export function modelTable(): ModelTable {
  const incidents = new Map<string, PlainIncident>();
  let writes = 0;
  return {
    incidents,
    writes: () => writes,
    apply: async (change) => {
      writes += 1;
      await new Promise(setImmediate);
      const before = incidents.get(change.deviceId);
      const next = applied(before, change);
      if (!next) return undefined;
      incidents.set(change.deviceId, next);
      return { before: before };
    },
  };
}
