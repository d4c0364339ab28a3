import type { IntegrationAudit } from "../integration-audit";

/** Readings in the table of the warehouse, which is a double here. */
export const audit: IntegrationAudit = {
  sink: {
    expects: () => true,
    async stored({ platform: { dataApi }, outputs }) {
      const { workgroup = "" } = outputs.of["iot-to-redshift"] ?? {};
      const rows = await dataApi.query(
        workgroup,
        'SELECT deviceid, "timestamp" FROM iot.readings_once',
      );
      return new Set(rows.map((row) => `${String(row["deviceid"])}#${String(row["timestamp"])}`));
    },
    sharedFailures: [],
  },
};
