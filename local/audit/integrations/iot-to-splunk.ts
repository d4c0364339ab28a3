import { isObject } from "../../services/delivery/json";
import type { IntegrationAudit } from "../integration-audit";

/** Readings that are events in the index. */
export const audit: IntegrationAudit = {
  sink: {
    expects: () => true,
    stored: async ({ platform: { splunk } }) =>
      new Set(
        splunk
          .events()
          .map(({ host, event }) => `${host}#${isObject(event) ? Number(event["timestamp"]) : ""}`),
      ),
    sharedFailures: [],
  },
};
