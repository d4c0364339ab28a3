import { idsIn, timeOf } from "../../functions/stream-to-fargate/window";
import { itemsIn } from "./readings";
import { idOf, type Sink } from "./search";

/** Readings that a window in the table has counted. */
export const sink: Sink = {
  expects: () => true,
  async stored({ clients: { dynamodb: client }, outputs, deviceId }) {
    const TableName = outputs.of["stream-to-fargate"]?.statisticsTable;
    const counted = new Set<string>();
    for await (const item of itemsIn(client, { TableName }, deviceId))
      // The item of a rolling result has no ids.
      for (const id of idsIn(item.ids?.S ?? ""))
        counted.add(
          idOf({
            deviceId: item.deviceId?.S ?? "",
            timestamp: timeOf(Number(item.windowStart?.N), id),
          }),
        );
    return counted;
  },
  // A message that does not reach the stream is in no window.
  sharedFailures: ["telemetry"],
  tables: ["statisticsTable"],
};
