import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { levelOf } from "../../reading/severity";
import type { ReadingDetail } from "./event-shaper";

/** What an incident says of itself. */
export interface Progress {
  deviceId: string;
  status: "open" | "closed";
  /** Time of the reading that opened it, in ms since the epoch. */
  openedAt: number;
  /** The same while it is open: a table cannot tell otherwise in one write whether an incident is open already. */
  openSince?: number;
  /** Time of the newest reading that it knows of; an older one changes nothing. */
  changedAt: number;
  /** Time of the reading that closed it. */
  closedAt?: number;
}

/**
 * A device's latest incident, with the values of its newest critical reading; there is at most one per device. A field with the name
 * of one of these members is left out.
 */
export type Incident = Progress & Omit<ReadingDetail, keyof Progress | "timestamp" | "receivedAt">;

/** What a reading may do to its device's incident. The table applies it if it has nothing as new. */
export type Change =
  /** Opens an incident, or gives an open one the newer values: of every field, undefined for one that the reading lacks. */
  | {
      kind: "open";
      deviceId: string;
      at: number;
      values: Record<string, string | number | boolean | undefined>;
    }
  /** Closes an open incident. */
  | { kind: "close"; deviceId: string; at: number };

const reserved = ["deviceId", "status", "openedAt", "openSince", "changedAt", "closedAt"];

/**
 * What a reading may change: a critical one opens, a good one closes. Undefined for a warning. A good reading of a healthy device
 * leaves no trace, so a critical reading that arrives after a newer good one still opens an incident, which the next good reading
 * closes.
 */
export function changeBy(reading: ReadingDetail, of: Definition = definition): Change | undefined {
  const { deviceId, timestamp: at } = reading;
  const level = levelOf(reading, of);
  if (level === "good") return { kind: "close", deviceId, at };
  if (level !== "critical") return undefined;
  const names = Object.keys(of.fields).filter((name) => !reserved.includes(name));
  const given = reading as unknown as Record<string, string | number | boolean | undefined>;
  return {
    kind: "open",
    deviceId,
    at,
    values: Object.fromEntries(names.map((name) => [name, given[name]])),
  };
}
