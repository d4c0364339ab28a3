import { sink } from "../../../operations/sinks/iot-to-analytics";
import type { IntegrationAudit } from "../integration-audit";
import { highField } from "../published-messages";
import { lookedUpBy } from "../search";

/** Readings above the limit of the first limited field that a window has counted; others are not averaged. */
export const audit: IntegrationAudit = {
  sink: { ...lookedUpBy(sink), expects: ({ fields }) => fields[highField] === true },
};
