import type { Accepted } from "../shared/batch";
import { readingId } from "../shared/reading-id";

/** What every event has in common. */
export interface EventSettings {
  source: string;
  sourcetype: string;
  /** @default the index of the token */
  index?: string;
}

/** The settings of events in the environment of a function; `HEC_INDEX` may be missing. */
export function readEventSettings(env: Record<string, string | undefined>): EventSettings {
  const { HEC_SOURCE: source = "", HEC_SOURCETYPE: sourcetype = "", HEC_INDEX: index } = env;
  return { source, sourcetype, ...(index && { index }) };
}

/**
 * Makes the function that writes a reading as an event of Splunk's HTTP Event Collector. `host` is the device, `time` is in seconds. The
 * indexed field `reading_id` is the same whenever the reading is sent again, so that a search can remove repetitions (`dedup
 * reading_id`); `received_at` is when AWS IoT received it, in ms since the epoch, by which a redrive judges it again.
 * @see https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector
 */
export function createEventWriter(settings: EventSettings): (accepted: Accepted) => string {
  const { source, sourcetype, index } = settings;
  const { stringify } = JSON;
  return ({ reading, envelope }) =>
    stringify({
      time: reading.timestamp / 1000,
      host: reading.deviceId,
      source,
      sourcetype,
      ...(index && { index }),
      event: reading,
      // The collector accepts texts only as indexed fields.
      fields: { reading_id: readingId(reading), received_at: String(envelope.receivedAt) },
    });
}
