import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { timeOf, unpack } from "../../functions/iot-to-analytics/window";
import { itemsIn } from "./readings";
import { idOf, type Sink } from "./search";

/** Readings above the threshold, which the windows in the table have counted. */
export const sink: Sink = {
  expects: (fields, { of }) => {
    const { averagedField = "", averagesAbove } = of["iot-to-analytics"] ?? {};
    return Number((fields as Record<string, unknown>)[averagedField]) > Number(averagesAbove);
  },
  async stored({ clients: { dynamodb: client }, outputs, deviceId }) {
    const TableName = outputs.of["iot-to-analytics"]?.averagesTable;
    const counted = new Set<string>();
    for await (const item of itemsIn(client, { TableName }, deviceId))
      for (const id of readingsOf(item)) counted.add(id);
    return counted;
  },
  // A message that does not reach the stream is in no window.
  sharedFailures: ["telemetry"],
  tables: ["averagesTable"],
};

/** The readings that a window has counted. */
function readingsOf(item: Record<string, AttributeValue>): string[] {
  const { deviceId, windowStart, ids, values } = item;
  const counted = unpack({
    ids: ids?.S ?? "",
    values: JSON.parse(values?.S ?? "[]") as number[],
  });
  return [...counted.keys()].map((id) =>
    idOf({ deviceId: deviceId?.S ?? "", timestamp: timeOf(Number(windowStart?.N), id) }),
  );
}
