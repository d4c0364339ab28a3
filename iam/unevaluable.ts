import { conditionFaults } from "./conditions";
import type { PolicyDocument, Statement } from "./document";

/** A condition that cannot be evaluated: a request that it takes part in cannot be decided. */
export interface UnevaluableCondition extends Error {
  name: "UnevaluableCondition";
  /** The policy's name; undefined if the document was parsed without one. */
  policy: string | undefined;
  /** The statement's Sid, or its place such as `Statement[0]`. */
  statement: string;
  operator: string;
}

/** Whether an error is what `evaluate` throws for a condition that cannot be evaluated. */
export const isUnevaluable = (error: unknown): error is UnevaluableCondition =>
  error instanceof Error && error.name === "UnevaluableCondition";

/**
 * Every condition of a document that cannot be evaluated, in the order of the text; empty for a document that can decide every
 * request. Ask when a policy is registered, so that no decision fails later.
 */
export const unevaluableConditions = (document: PolicyDocument): UnevaluableCondition[] =>
  document.statements.flatMap((statement, index) => faultsOf(document, statement, index));

/** Throws the first condition of a statement that cannot be evaluated. */
export function checkEvaluable(document: PolicyDocument, statement: Statement): void {
  const [fault] = faultsOf(document, statement, document.statements.indexOf(statement));
  if (fault) throw fault;
}

function faultsOf(
  { name: policy }: PolicyDocument,
  { sid, conditions }: Statement,
  index: number,
): UnevaluableCondition[] {
  return conditionFaults(conditions).map(({ operator, reason }) => {
    const statement = sid ?? `Statement[${index}]`;
    const where = `${policy === undefined ? "The policy" : `Policy ${policy}`}, statement ${statement}`;
    return Object.assign(new Error(`${where}: ${reason}.`), {
      name: "UnevaluableCondition" as const,
      policy,
      statement,
      operator,
    });
  });
}
