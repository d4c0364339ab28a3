import { decode, objectIn, type Json } from "./json";

/** A device message as its device published it. */
export interface Original {
  topic: string;
  payload: Uint8Array;
}

export type Originals = { kind: "originals"; originals: Original[] };

/** A message or an object in no known format. */
export type Unknown = { kind: "unknown"; why: string };

export const unknown = (why: string): Unknown => ({ kind: "unknown", why });

/** Reads envelopes of this project, `{ deviceId, receivedAt, payload }`, as rules write them: all of them or none. */
export function fromReadings(
  readings: readonly (Json | undefined)[],
  topicPrefix: string,
): Originals | undefined {
  const originals = readings.flatMap((reading): Original[] => {
    const { deviceId, receivedAt, payload: encoded } = reading ?? {};
    const payload = decode(encoded);
    // One topic level: any other device id would publish to a topic that the device did not use.
    if (typeof deviceId !== "string" || !/^[^/+#\0]+$/.test(deviceId)) return [];
    if (typeof receivedAt !== "number" || !payload) return [];
    return [{ topic: `${topicPrefix}/${deviceId}/telemetry`, payload }];
  });
  const complete = originals.length > 0 && originals.length === readings.length;
  return complete ? { kind: "originals", originals } : undefined;
}

/** Reads the records of a stream or of a delivery stream, each an envelope of this project. */
export const understandRecords = (
  texts: readonly string[],
  topicPrefix: string,
): Originals | Unknown =>
  fromReadings(texts.map(objectIn), topicPrefix) ??
  unknown("its records are not all device messages with their envelope");
