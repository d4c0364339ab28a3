import { type Finding, placeOf, sentenceOf } from "./problem";

/**
 * Why a statement or a template is refused, and where: `position` counts from 0, `line` and
 * `column` from 1.
 */
export interface SqlError extends Error {
  readonly position: number;
  readonly line: number;
  readonly column: number;
  readonly finding: Finding;
}

/** Says what is wrong at one position of the source, in the one form that every refusal has. */
export function sqlError(
  source: string,
  position: number,
  reason: string,
  more: Partial<Pick<Finding, "code" | "suggestion">> = {},
): SqlError {
  return errorOf(source, { code: "syntax", reason, position, ...more });
}

/** A finding as an error to throw. */
export function errorOf(source: string, finding: Finding): SqlError {
  const { position, reason } = finding;
  const { line, column } = placeOf(source, position);
  return Object.assign(new Error(sentenceOf(`Line ${line}, column ${column}: ${reason}`)), {
    name: "SqlError",
    position,
    line,
    column,
    finding,
  });
}

/** What an action gives, or the finding that it throws as a SqlError; every other error passes. */
export function attempt<Result>(action: () => Result): { done: Result } | { finding: Finding } {
  try {
    return { done: action() };
  } catch (error) {
    if (error instanceof Error && error.name === "SqlError") {
      return { finding: (error as SqlError).finding };
    }
    throw error;
  }
}
