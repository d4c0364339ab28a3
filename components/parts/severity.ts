import * as pulumi from "@pulumi/pulumi";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import type { Level } from "../../reading/severity";
import { levelCondition } from "../../reading/sql";

/** What an integration needs: its stem, for the refusal, and the levels that it acts on. */
interface Need {
  integration: string;
  levels: readonly Level[];
}

/** The condition of a rule's SQL that a message is at one of the levels. */
export const severityCondition = ({ integration, levels }: Need, of: Definition = definition) =>
  levelCondition(levels, of) ?? refuse(integration);

/**
 * The pattern of an event's detail that its reading is at one of the levels.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function severityPattern(
  { integration, levels }: Need,
  { severity }: Definition = definition,
): Record<string, (string | boolean)[]> {
  if (!severity) return refuse(integration);
  return { [severity.field]: levels.flatMap((level) => severity[level]) };
}

function refuse(integration: string): never {
  throw new pulumi.RunError(
    `${integration} acts on how serious a reading is, and reading/fields.ts declares no severity: declare one there, or take ${integration} out of the setting integrations.`,
  );
}
