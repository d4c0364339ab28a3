import { asObject, type Json } from "./json";
import { allOrNone, rewritten, type Originals } from "./originals";

/** Reads events of functions/iot-to-splunk/hec-event.ts: all of them or none. */
export const fromSplunkEvents = (
  events: readonly (Json | undefined)[],
  topicPrefix: string,
): Originals | undefined =>
  allOrNone(
    events.map((one) => {
      const { host, event, fields } = one ?? {};
      const received = asObject(fields)?.["received_at"];
      const receivedAt = typeof received === "string" && received !== "" ? Number(received) : NaN;
      return rewritten({ deviceId: host, reading: asObject(event), receivedAt }, topicPrefix);
    }),
  );
