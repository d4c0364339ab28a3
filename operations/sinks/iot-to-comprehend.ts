import { readingsIn } from "./readings";
import { idOf, type Sink } from "./search";

/** Log messages whose sentiment is in the table. */
export const sink: Sink = {
  channel: "logs",
  expects: () => true,
  async stored({ clients, outputs, deviceId }) {
    const { sentimentsTable = "" } = outputs.of["iot-to-comprehend"] ?? {};
    return new Set((await readingsIn(clients.dynamodb, sentimentsTable, deviceId)).map(idOf));
  },
  sharedFailures: [],
  tables: ["sentimentsTable"],
};
