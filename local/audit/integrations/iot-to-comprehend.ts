import { sink } from "../../../operations/sinks/iot-to-comprehend";
import type { IntegrationAudit } from "../integration-audit";
import { lookedUpBy } from "../search";

export const audit: IntegrationAudit = { sink: lookedUpBy(sink) };
