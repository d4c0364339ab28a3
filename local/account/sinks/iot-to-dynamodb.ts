import type { Sink } from "./sink";
import { readingsIn } from "./tables";

/** Readings in the history whose device's state is at least as new. */
export const dynamodb: Sink = {
  takes: () => true,
  async stored({ platform: { clients }, outputs: { tables } }) {
    const [history, state] = await Promise.all([
      readingsIn(clients, tables.history ?? ""),
      readingsIn(clients, tables.state ?? ""),
    ]);
    const newest = new Map(state.map(({ deviceId, timestamp }) => [deviceId, timestamp]));
    return new Set(
      history
        .filter(({ deviceId, timestamp }) => timestamp <= (newest.get(deviceId) ?? -Infinity))
        .map(({ deviceId, timestamp }) => `${deviceId}#${timestamp}`),
    );
  },
  // What does not get onto the stream is missing in the state table.
  sharedFailures: ["telemetry"],
};
