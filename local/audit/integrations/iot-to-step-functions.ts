import { levelOf } from "../../../reading/severity";
import { mutedBy } from "../gates";
import type { IntegrationAudit } from "../integration-audit";
import { readingsIn } from "../tables";

/** Readings that the workflow stored in its table, and those that the gate muted. A good reading starts no workflow. */
export const audit: IntegrationAudit = {
  sink: {
    expects: ({ fields }) => {
      const level = levelOf(fields);
      return level === "critical" || level === "warning";
    },
    async stored({ platform: { clients }, outputs }) {
      const { processedTable = "" } = outputs.of["iot-to-step-functions"] ?? {};
      const readings = await readingsIn(clients, processedTable);
      return new Set(readings.map(({ deviceId, timestamp }) => `${deviceId}#${timestamp}`));
    },
    muted: ({ platform: { clients }, outputs }) =>
      mutedBy(clients, outputs.of["iot-to-step-functions"]?.gateTable ?? ""),
    sharedFailures: [],
  },
};
