import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { Clients } from "../../aws/clients";
import type { IntegrationAudit } from "../integration-audit";
import { highField } from "../published-messages";

/** Readings above the limit of the first limited field that a window has counted; others are not averaged. */
export const audit: IntegrationAudit = {
  sink: {
    expects: ({ fields }) => fields[highField] === true,
    stored: ({ platform: { clients }, outputs }) =>
      countedIn(clients, outputs.of["iot-to-analytics"]?.averagesTable ?? ""),
    // A message that does not reach the stream is in no window.
    sharedFailures: ["telemetry"],
  },
};

/** Characters of a reading's id in its window; the first four are its millisecond, in base 36. */
const [idLength, offsetLength] = [12, 4];

async function countedIn(clients: Clients, TableName: string): Promise<Set<string>> {
  const counted = new Set<string>();
  const client = clients.get(DynamoDBClient);
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    for (const { deviceId, windowStart, ids } of Items)
      for (const id of ids?.S?.match(new RegExp(`.{${idLength}}`, "g")) ?? []) {
        const timestamp = Number(windowStart?.N) + parseInt(id.slice(0, offsetLength), 36);
        counted.add(`${deviceId?.S ?? ""}#${timestamp}`);
      }
  return counted;
}
