import type { ReadingDetail } from "./event-shaper";

/** What is known of a device's latest incident; there is at most one per device. */
export interface Incident {
  deviceId: string;
  status: "open" | "closed";
  /** Time of the reading that opened it, ms since the epoch. */
  openedAt: number;
  /** Time of the newest reading that it knows of; an older one changes nothing any more. */
  changedAt: number;
  /** Time of the reading that closed it. */
  closedAt?: number;
  /** °C, of the newest critical reading. */
  temperature: number;
  /** What the device said with it. */
  message?: string;
}

/**
 * What a reading makes of a device's incident; undefined if it changes nothing: the reading is late or comes again, or the device
 * is well and was. A healthy device costs no write, so a critical reading that arrives after a newer good one still opens an
 * incident, which the next good reading closes.
 */
export function follow(known: Incident | undefined, reading: ReadingDetail): Incident | undefined {
  const { deviceId, timestamp, status, temperature, message } = reading;
  if (known && timestamp <= known.changedAt) return undefined;
  const isOpen = known?.status === "open";
  if (status === "critical")
    return {
      deviceId,
      status: "open",
      openedAt: isOpen ? known.openedAt : timestamp,
      changedAt: timestamp,
      temperature,
      ...(message !== undefined && { message }),
    };
  if (status === "ok" && isOpen)
    return { ...known, status: "closed", changedAt: timestamp, closedAt: timestamp };
  return undefined;
}
