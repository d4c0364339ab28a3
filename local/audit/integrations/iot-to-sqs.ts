import type { IntegrationAudit } from "../integration-audit";

/** Readings that were acknowledged to their device. */
export const audit: IntegrationAudit = {
  sink: {
    expects: () => true,
    stored: async ({ acks }) =>
      new Set(Array.from(acks(), ({ deviceId, timestamp }) => `${deviceId}#${timestamp}`)),
    sharedFailures: [],
  },
};
