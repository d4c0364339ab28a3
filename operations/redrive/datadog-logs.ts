import { asObject, type Json } from "./json";
import { allOrNone, rewritten, type Originals } from "./originals";

/** Reads logs of functions/iot-to-datadog/log-entry.ts: all of them or none. */
export const fromDatadogLogs = (
  logs: readonly (Json | undefined)[],
  topicPrefix: string,
): Originals | undefined =>
  allOrNone(
    logs.map((one) => {
      const { hostname, reading, received_at: received } = one ?? {};
      const receivedAt = typeof received === "number" ? received : NaN;
      return rewritten({ deviceId: hostname, reading: asObject(reading), receivedAt }, topicPrefix);
    }),
  );
