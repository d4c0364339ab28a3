import type { ReadingKey } from "./readings";
import { idOf, type Sink } from "./search";

/** Readings that the API returns in the history of one device. It stores nothing itself. */
export const sink: Sink = {
  expects: () => true,
  async stored({ api, deviceId = "" }) {
    const answer = (await api?.(`/devices/${encodeURIComponent(deviceId)}/history`)) as
      { readings: ReadingKey[] } | undefined;
    return new Set((answer?.readings ?? []).map(idOf));
  },
  sharedFailures: [],
  tables: [],
};
