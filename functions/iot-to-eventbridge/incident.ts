import { levelOf } from "../../reading/severity";
import type { ReadingDetail } from "./event-shaper";

/** What an incident says of itself. */
interface Progress {
  deviceId: string;
  status: "open" | "closed";
  /** Time of the reading that opened it, in ms since the epoch. */
  openedAt: number;
  /** Time of the newest reading that it knows of; an older one changes nothing. */
  changedAt: number;
  /** Time of the reading that closed it. */
  closedAt?: number;
}

/**
 * A device's latest incident, with the values of its newest critical reading; there is at most one per device. A field that is named
 * `status` is left out: the incident's own status stands there.
 */
export type Incident = Progress & Omit<ReadingDetail, keyof Progress | "timestamp" | "receivedAt">;

/**
 * How a reading changes a device's incident. Undefined if it changes nothing: the reading is late or repeated, or the device is well
 * and was before. A device that is well costs no write, so a critical reading that arrives after a newer good one still opens an
 * incident, which the next good reading closes.
 */
export function follow(known: Incident | undefined, reading: ReadingDetail): Incident | undefined {
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
