import { asObject, type Json } from "./json";
import type { Original, Originals } from "./originals";
import { deviceTopic, isTopicLevel } from "./topics";

/**
 * Reads events of functions/iot-to-splunk/hec-event.ts: all of them or none. A delivery stream stores what it could not deliver as it was
 * after the transformation, so the bytes of the device are gone; the reading is written again. It has the same content, and therefore
 * the same `reading_id`.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/retry.html
 */
export function fromSplunkEvents(
  events: readonly (Json | undefined)[],
  topicPrefix: string,
): Originals | undefined {
  const originals = events.flatMap((one): Original[] => {
    const { host, event, fields } = one ?? {};
    const reading = asObject(event);
    const received = asObject(fields)?.["received_at"];
    const receivedAt = typeof received === "string" && received !== "" ? Number(received) : NaN;
    if (typeof host !== "string" || !isTopicLevel(host) || reading?.["deviceId"] !== host)
      return [];
    if (!Number.isSafeInteger(receivedAt) || receivedAt < 0) return [];
    return [
      {
        topic: deviceTopic(topicPrefix, host, "telemetry"),
        payload: Buffer.from(JSON.stringify(reading)),
        receivedAt,
        rewritten: `${host}#${String(reading["timestamp"])}`,
      },
    ];
  });
  const complete = originals.length > 0 && originals.length === events.length;
  return complete ? { kind: "originals", originals } : undefined;
}
