import { sink } from "../../../operations/sinks/iot-to-sagemaker";
import type { IntegrationAudit } from "../integration-audit";
import { lookedUpBy } from "../search";

export const audit: IntegrationAudit = { sink: lookedUpBy(sink) };
