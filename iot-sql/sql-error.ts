/**
 * Why a statement or a template is refused, and where: `position` counts from 0, `line` and
 * `column` from 1.
 */
export interface SqlError extends Error {
  readonly position: number;
  readonly line: number;
  readonly column: number;
}

/** Says what is wrong at one position of the source, in the one form that every refusal has. */
export function sqlError(source: string, position: number, reason: string): SqlError {
  const before = source.slice(0, position);
  const line = before.split("\n").length;
  const column = before.length - before.lastIndexOf("\n");
  return Object.assign(new Error(`Line ${line}, column ${column}: ${reason}.`), {
    name: "SqlError",
    position,
    line,
    column,
  });
}

/** Builds the refusal of a position in a source that is at hand. */
export type Refuse = (position: number, reason: string) => SqlError;
