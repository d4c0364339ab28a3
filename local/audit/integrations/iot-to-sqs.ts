import type { IntegrationAudit } from "../integration-audit";

/** Readings that were acknowledged to their device. */
export const audit: IntegrationAudit = {
  sink: {
    expects: () => true,
    stored: async ({ acks }) =>
      new Set(
        acks().map(({ deviceId, payload }) => {
          const { timestamp } = JSON.parse(Buffer.from(payload).toString()) as {
            timestamp: number;
          };
          return `${deviceId}#${timestamp}`;
        }),
      ),
    sharedFailures: [],
  },
};
