import type { IntegrationAudit } from "../integration-audit";
import { readingsIn } from "../tables";

/** Readings that the workflow stored in its table. A reading with the status ok starts no workflow. */
export const audit: IntegrationAudit = {
  sink: {
    expects: ({ fields }) => fields.status === "critical" || fields.status === "warning",
    async stored({ platform: { clients }, outputs }) {
      const { processedTable = "" } = outputs.of["iot-to-step-functions"] ?? {};
      const readings = await readingsIn(clients, processedTable);
      return new Set(readings.map(({ deviceId, timestamp }) => `${deviceId}#${timestamp}`));
    },
    sharedFailures: [],
  },
};
