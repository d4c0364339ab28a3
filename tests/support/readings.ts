import type { Reading } from "../../reading/reading";
import { envelopeOf, readingOf, receivedAt } from "./events";

const devices = 10;

/** Readings of ten devices in turn, one second apart, the last one at the time at which AWS IoT received them. */
export const readings = (
  count: number,
  changes: Partial<Reading> = {},
): (Reading & { receivedAt: number })[] =>
  Array.from({ length: count }, (_, nth) => ({
    ...readingOf({
      ...changes,
      deviceId: deviceOf(nth),
      timestamp: receivedAt - (count - 1 - nth) * 1000,
    }),
    receivedAt,
  }));

/** The same readings in the envelopes that rules write. */
export const envelopes = (count: number, changes: Partial<Reading> = {}): string[] =>
  readings(count, changes).map(({ receivedAt: at, ...reading }) =>
    envelopeOf(reading, { deviceId: reading.deviceId, at }),
  );

/** Messages that every function must quarantine. */
export const invalidEnvelopes = (count: number): string[] =>
  Array.from({ length: count }, (_, nth) =>
    envelopeOf({ deviceId: deviceOf(nth) }, { deviceId: deviceOf(nth) }),
  );

const deviceOf = (nth: number): string => `pump-${nth % devices}`;
