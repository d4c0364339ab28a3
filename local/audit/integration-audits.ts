import * as fs from "node:fs";
import * as path from "node:path";
import { stemsIn, type StackOutputs } from "../../operations/stack-outputs";
import type { IntegrationAudit } from "./integration-audit";

/** How each integration of a stack is audited: the export `audit` of `integrations/<stem>.ts`. Throws for one without that file. */
export const integrationAudits = (
  outputs: StackOutputs,
): Promise<(IntegrationAudit & { stem: string })[]> =>
  Promise.all(stemsIn(outputs).map(async (stem) => ({ stem, ...(await auditOf(stem)) })));

async function auditOf(stem: string): Promise<IntegrationAudit> {
  const file = path.join(__dirname, "integrations", stem);
  if (!fs.existsSync(`${file}.ts`))
    throw new Error(`${stem} cannot be audited: add local/audit/integrations/${stem}.ts.`);
  const { audit } = (await import(file)) as { audit?: IntegrationAudit };
  if (!audit) throw new Error(`local/audit/integrations/${stem}.ts must export audit.`);
  return audit;
}
