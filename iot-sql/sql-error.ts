import { type Finding, placeOf, sentenceOf } from "./problem";

/** Carries why a text is refused from wherever it shows to `attempt`. */
export interface SqlError extends Error {
  readonly finding: Finding;
}

/** Says what is wrong at one position of the source. */
export function sqlError(
  source: string,
  position: number,
  reason: string,
  more: Partial<Pick<Finding, "code" | "suggestion">> = {},
): SqlError {
  const { line, column } = placeOf(source, position);
  const finding: Finding = { code: "syntax", reason, position, ...more };
  return Object.assign(new Error(sentenceOf(`Line ${line}, column ${column}: ${reason}`)), {
    name: "SqlError",
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
