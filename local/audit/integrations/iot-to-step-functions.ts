import { sink } from "../../../operations/sinks/iot-to-step-functions";
import { mutedBy } from "../gates";
import type { IntegrationAudit } from "../integration-audit";
import { lookedUpBy } from "../search";

/** Readings that the workflow stored in its table, and those that the gate muted. */
export const audit: IntegrationAudit = {
  sink: {
    ...lookedUpBy(sink),
    muted: ({ platform: { clients }, outputs }) =>
      mutedBy(clients, outputs.of["iot-to-step-functions"]?.gateTable ?? ""),
  },
};
