/** Why the evaluation of one message ended without an outcome. */
export interface EvaluationFailure extends Error {
  readonly name: "EvaluationFailure";
}

/** A failure to throw; the reason is one sentence. */
export function evaluationFailure(reason: string): EvaluationFailure {
  return Object.assign(new Error(reason), { name: "EvaluationFailure" as const });
}

/** Whether this was thrown because an evaluation failed. */
export function isEvaluationFailure(error: unknown): error is EvaluationFailure {
  return error instanceof Error && error.name === "EvaluationFailure";
}
