import { levelOf } from "../../../reading/severity";
import type { Sink } from "./sink";
import { readingsIn } from "./tables";

/** Readings that went through the workflow to its table. Only devices that are not well start one. */
export const stepFunctions: Sink = {
  takes: ({ fields }) => {
    const level = levelOf(fields);
    return level === "critical" || level === "warning";
  },
  async stored({ platform: { clients }, outputs: { tables } }) {
    const kept = await readingsIn(clients, tables.processed ?? "");
    return new Set(kept.map(({ deviceId, timestamp }) => `${deviceId}#${timestamp}`));
  },
  sharedFailures: [],
};
