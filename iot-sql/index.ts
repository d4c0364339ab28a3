import type { Statement } from "./ast";
import { findingsOf } from "./check";
import { type Compilation, compileStatement, type Evaluation } from "./engine";
import { parseStatement } from "./grammar";
import type { InboundMessage } from "./message";
import type { Ports } from "./ports";
import { type Problem, problemOf } from "./problem";
import { attempt } from "./sql-error";
import {
  compileTemplateText,
  type Rendering,
  type TemplateCompilation,
  type TemplateOptions,
} from "./template";

export type { Statement } from "./ast";
export type { Compilation, Evaluation } from "./engine";
export { FUNCTION_NAMES } from "./functions";
export { readJson, writeJson } from "./json";
export type { InboundMessage } from "./message";
export { numberJson, readNumber } from "./numbers";
export type { Ports } from "./ports";
export type { Problem, ProblemCode } from "./problem";
export type { Rendering, TemplateCompilation, TemplateOptions } from "./template";
export { checkTopicFilter, topicMatches } from "./topic-filter";
export { isArray, isNumeric, isObject, type Json } from "./values";

/** A parsed statement, or why the text is none. */
export type Parsing = { ok: true; statement: Statement } | { ok: false; problems: Problem[] };

/** Parses a statement of AWS IoT SQL 2016-03-23; never throws. */
export function parse(sql: string): Parsing {
  const result = attempt(() => parseStatement(sql));
  return "done" in result
    ? { ok: true, statement: result.done }
    : { ok: false, problems: [problemOf(sql, result.finding)] };
}

/**
 * Everything that is wrong with a parsed statement, in the order of its text: errors, for which
 * `compile` refuses it, and warnings; never throws.
 */
export function check(statement: Statement): Problem[] {
  return findingsOf(statement).map((finding) => problemOf(statement.source, finding));
}

/**
 * Makes a parsed statement ready for many messages; never throws, and neither does what it makes. A
 * statement that calls a function of `Ports` needs the port, and is then evaluated asynchronously.
 */
export function compile(statement: Statement): Compilation<Evaluation>;
export function compile(
  statement: Statement,
  ports: Ports,
): Compilation<Evaluation | Promise<Evaluation>>;
export function compile(
  statement: Statement,
  ports: Ports = {},
): Compilation<Evaluation | Promise<Evaluation>> {
  return compileStatement(statement, ports);
}

/** Prepares a text with substitution templates for many messages; never throws. */
export function prepareTemplate(
  text: string,
  options?: Omit<TemplateOptions, "ports">,
): TemplateCompilation<Rendering>;
export function prepareTemplate(
  text: string,
  options: TemplateOptions,
): TemplateCompilation<Rendering | Promise<Rendering>>;
export function prepareTemplate(
  text: string,
  options: TemplateOptions = {},
): TemplateCompilation<Rendering | Promise<Rendering>> {
  return compileTemplateText(text, options);
}

/** Renders a text with substitution templates for one message; never throws. */
export function render(
  template: string,
  message: InboundMessage,
): Rendering | { ok: false; problems: Problem[] } {
  const compiled = prepareTemplate(template);
  return compiled.ok ? compiled.render(message) : { ok: false, problems: compiled.problems };
}
