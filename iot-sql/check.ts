import type { Expression, Statement } from "./ast";
import { checkOperators, checkWhere } from "./checks/comparisons";
import { checkCalls } from "./checks/functions";
import { checkLists } from "./checks/select-list";
import { checkFilterOf, checkLevels } from "./checks/topics";
import { checkAssignments, checkUses } from "./checks/variables";
import type { Finding } from "./problem";
import { everyPart, rootsOf, valuesOf } from "./walk";

/** Everything that is wrong with a statement, in the order of its text; errors and warnings. */
export function findingsOf(statement: Statement): Finding[] {
  const { variables, list, topicFilter, where } = statement;
  const parts = everyPart(rootsOf(statement));
  const uses = [...valuesOf(list), ...(where ? [where] : [])];
  const findings = [
    ...checkAssignments(variables),
    ...checkUses(
      everyPart(uses),
      variables.map(({ name }) => name),
    ),
    ...checkLists(statement, parts),
    ...checkCalls(parts),
    ...checkOperators(parts),
    ...checkWhere(where),
    ...checkLevels(parts, topicFilter),
    ...checkFilterOf(statement),
  ];
  return findings.sort((left, right) => left.position - right.position);
}

/** Everything that is wrong with the expression of a substitution template. */
export function findingsIn(
  expression: Expression,
  { variables, topicFilter }: Pick<Statement, "variables" | "topicFilter">,
): Finding[] {
  const parts = everyPart([expression]);
  const findings = [
    ...checkUses(
      parts,
      variables.map(({ name }) => name),
    ),
    ...checkCalls(parts),
    ...checkOperators(parts),
    ...checkLevels(parts, topicFilter),
  ];
  return findings.sort((left, right) => left.position - right.position);
}
