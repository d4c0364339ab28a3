import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { levelOf } from "../../reading/severity";
import type { Accepted } from "../shared/batch";
import { readingId } from "../shared/reading-id";
import { siteOf } from "./series";

export interface LogSettings {
  /** Datadog's `service` of the logs. */
  service: string;
}

/**
 * Datadog drops logs that say a time of more than 18 hours ago. From twelve hours on, a log says no time and gets that of its arrival: the
 * rest covers what a delivery may take.
 * @see https://docs.datadoghq.com/api/latest/logs/#send-logs
 */
const mostBehindMilliseconds = 12 * 3_600_000;

/** Datadog's names of levels. @see https://docs.datadoghq.com/logs/log_configuration/attributes_naming_convention/#reserved-attributes */
const statuses = { critical: "critical", warning: "warning", good: "info" } as const;

/**
 * Makes the function that writes a reading as a log of Datadog. `hostname` is the device. The whole reading is an attribute, and
 * `received_at` is when AWS IoT received it, in ms since the epoch, by which a redrive judges it again; `reading_id` is the same whenever the
 * reading is sent again.
 */
export function createLogWriter(
  { service }: LogSettings,
  now: () => number,
  of: Definition = definition,
): (accepted: Accepted) => string {
  const message = messageOf(of);
  return (accepted) => {
    const { reading, envelope } = accepted;
    const isCurrent = now() - reading.timestamp < mostBehindMilliseconds;
    return JSON.stringify({
      ddsource: "aws-iot-core",
      ddtags: `site:${siteOf(accepted)}`,
      hostname: reading.deviceId,
      service,
      status: statuses[levelOf(reading, of) ?? "good"],
      ...(isCurrent && { timestamp: reading.timestamp }),
      message: message(reading),
      reading,
      reading_id: readingId(reading),
      received_at: envelope.receivedAt,
    });
  };
}

/** What the device says of itself, if it says something; otherwise its values, as `name=value`. */
const messageOf =
  ({ fields, remark }: Definition) =>
  (reading: object): string => {
    const values = reading as Record<string, unknown>;
    const said = remark === undefined ? undefined : values[remark];
    if (typeof said === "string" && said !== "") return said;
    const named = Object.keys(fields).filter((name) => values[name] !== undefined);
    return named.map((name) => `${name}=${String(values[name])}`).join(" ");
  };
