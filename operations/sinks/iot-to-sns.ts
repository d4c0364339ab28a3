import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { readingId } from "../../functions/shared/reading-id";
import { levelOf } from "../../reading/severity";
import { idOf, type Sink } from "./search";

/**
 * Critical readings whose alert was published to all subscribers, as the gate of the formatter records it. Whether a mail or a text message arrived, only
 * its recipient knows; a delivery that SNS gives up is in the failures queue.
 */
export const sink: Sink = {
  expects: (fields) => levelOf(fields) === "critical",
  async stored({ clients, outputs, readings = [] }) {
    const TableName = outputs.of["iot-to-sns"]?.gateTable;
    const recorded = await Promise.all(
      readings.map(async (reading) => {
        const id = `${reading.deviceId}#${readingId(reading)}`;
        const { Item } = await clients.dynamodb.send(
          new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }),
        );
        return Item?.["decision"]?.S === "settled" ? idOf(reading) : [];
      }),
    );
    return new Set(recorded.flat());
  },
  sharedFailures: [],
  tables: [],
  keeps: "the alert at its recipients, and a record of it that expires by itself",
};
