/**
 * Something wrong with a statement or a template. An `error` is refused here, and by AWS too as far
 * as its pages say; a `warning` runs, and probably not as its author means.
 */
export interface Problem {
  /** The kind of problem, such as `unknown-function`: what a waiver can name. */
  code: ProblemCode;
  severity: "error" | "warning";
  /** One sentence: what is wrong and what to do. */
  message: string;
  /** Where in the source, both from 1. */
  line: number;
  column: number;
  /** What to write instead, where that is one word or so. */
  suggestion?: string;
}

/** Every kind of problem, by severity. */
export type ProblemCode =
  | "syntax"
  | "unknown-function"
  | "argument-count"
  | "argument"
  | "call-limit"
  | "no-port"
  | "alias"
  | "variable"
  | "size"
  // Warnings from here on.
  | "never-equal"
  | "quoted-boolean"
  | "always-undefined"
  | "where-never-true"
  | "topic-level"
  | "fan-out"
  | "retired"
  | "no-effect"
  | "unnamed"
  | "replaced"
  | "members";

/** A problem at a position of a source that is not available. */
export interface Finding {
  code: ProblemCode;
  severity?: "warning";
  /** A clause or sentence without its full stop. */
  reason: string;
  position: number;
  suggestion?: string;
}

/** Says where in the source a finding is, by line and column. */
export function problemOf(source: string, finding: Finding): Problem {
  const { code, severity = "error", reason, suggestion } = finding;
  const { line, column } = placeOf(source, finding.position);
  const message = sentenceOf(`${reason.charAt(0).toUpperCase()}${reason.slice(1)}`);
  return { code, severity, message, line, column, ...(suggestion !== undefined && { suggestion }) };
}

/** A clause with the full stop that it needs. */
export function sentenceOf(clause: string): string {
  return clause.endsWith("?") ? clause : `${clause}.`;
}

/** The line and column, from 1, of a position from 0. */
export function placeOf(source: string, position: number): { line: number; column: number } {
  const before = source.slice(0, position);
  return {
    line: before.split("\n").length,
    column: before.length - before.lastIndexOf("\n"),
  };
}
