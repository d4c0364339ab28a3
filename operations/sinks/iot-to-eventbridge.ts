import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { levelOf } from "../../reading/severity";
import { type Sink } from "./search";

/**
 * Readings that opened or closed the incident of one device. On AWS nothing lists the events in the archive of a bus, so that the incident
 * shows that an event passed the bus, its rule and its target; the local run reads the archive.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
 */
export const sink: Sink = {
  // A good reading shows only if it closes the incident that a critical one opened.
  expects: (fields) => ["critical", "good"].includes(levelOf(fields) ?? ""),
  async stored({ clients, outputs, deviceId = "" }) {
    const { Item = {} } = await clients.dynamodb.send(
      new GetItemCommand({
        TableName: outputs.of["iot-to-eventbridge"]?.incidentsTable,
        Key: { deviceId: { S: deviceId } },
        ConsistentRead: true,
      }),
    );
    const times = [Item["openedAt"], Item["closedAt"]].flatMap((time) => time?.N ?? []);
    return new Set(times.map((time) => `${deviceId}#${time}`));
  },
  sharedFailures: [],
  tables: ["incidentsTable"],
  keeps: "the events in the archive of the bus",
};
