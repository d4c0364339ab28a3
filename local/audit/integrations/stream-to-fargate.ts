import { sink } from "../../../operations/sinks/stream-to-fargate";
import type { IntegrationAudit } from "../integration-audit";
import { lookedUpBy } from "../search";

export const audit: IntegrationAudit = { sink: lookedUpBy(sink) };
