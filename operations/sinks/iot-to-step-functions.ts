import { levelOf } from "../../reading/severity";
import { readingsIn } from "./readings";
import { idOf, type Sink } from "./search";

/** Readings that the workflow stored in its table. A good reading starts no workflow. */
export const sink: Sink = {
  expects: (fields) => ["critical", "warning"].includes(levelOf(fields) ?? ""),
  async stored({ clients, outputs, deviceId }) {
    const { processedTable = "" } = outputs.of["iot-to-step-functions"] ?? {};
    return new Set((await readingsIn(clients.dynamodb, processedTable, deviceId)).map(idOf));
  },
  sharedFailures: [],
  tables: ["processedTable"],
  keeps: "the execution's history, and the alert if anyone receives it",
};
