import { readingsIn } from "./readings";
import { idOf, type Sink } from "./search";

/** Readings in the history table whose device has a state that is at least as new. */
export const sink: Sink = {
  expects: () => true,
  async stored({ clients, outputs, deviceId }) {
    const { historyTable = "", stateTable = "" } = outputs.of["iot-to-dynamodb"] ?? {};
    const [history, state] = await Promise.all([
      readingsIn(clients.dynamodb, historyTable, deviceId),
      readingsIn(clients.dynamodb, stateTable, deviceId),
    ]);
    const newest = new Map(state.map((one) => [one.deviceId, one.timestamp]));
    return new Set(
      history.filter((one) => one.timestamp <= (newest.get(one.deviceId) ?? -Infinity)).map(idOf),
    );
  },
  // A message that does not reach the stream is missing in the state table.
  sharedFailures: ["telemetry"],
  tables: ["historyTable", "stateTable"],
};
