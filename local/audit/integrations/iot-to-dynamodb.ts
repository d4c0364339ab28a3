import type { IntegrationAudit } from "../integration-audit";
import { readingsIn } from "../tables";

/** Readings in the history table whose device has a state that is at least as new. */
export const audit: IntegrationAudit = {
  sink: {
    expects: () => true,
    async stored({ platform: { clients }, outputs }) {
      const { historyTable = "", stateTable = "" } = outputs.of["iot-to-dynamodb"] ?? {};
      const [history, state] = await Promise.all([
        readingsIn(clients, historyTable),
        readingsIn(clients, stateTable),
      ]);
      const newest = new Map(state.map(({ deviceId, timestamp }) => [deviceId, timestamp]));
      return new Set(
        history
          .filter(({ deviceId, timestamp }) => timestamp <= (newest.get(deviceId) ?? -Infinity))
          .map(({ deviceId, timestamp }) => `${deviceId}#${timestamp}`),
      );
    },
    // A message that does not reach the stream is missing in the state table.
    sharedFailures: ["telemetry"],
  },
};
