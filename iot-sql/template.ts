import type { Assignment, Expression, Statement } from "./ast";
import { findingsIn } from "./check";
import { errorsOf, type EvaluationError, guarded, runner } from "./engine";
import { parsePlaceholder } from "./grammar";
import { toText } from "./json";
import type { InboundMessage } from "./message";
import type { Ports } from "./ports";
import { preparing } from "./prepare";
import { type Finding, type Problem, problemOf } from "./problem";
import { type Run, type Scope, scopeOf } from "./scope";
import { attempt } from "./sql-error";
import { prepareVariables } from "./variables";
import { everyPart } from "./walk";

/** What a template knows of its rule, and how it calls out. */
export interface TemplateOptions {
  /** The statement whose variables the template may use (page `iot-sql-set`). */
  statement?: Pick<Statement, "variables" | "topicFilter">;
  ports?: Ports;
}

/** What a template gives for one message. */
export type Rendering = { ok: true; text: string } | { ok: false; error: EvaluationError };

/** A template made ready for many messages, or why it is refused. */
export type TemplateCompilation<Result> =
  { ok: true; render(message: InboundMessage): Result } | { ok: false; problems: Problem[] };

/** Text and expressions in turn, beginning and ending with text. */
interface Parsed {
  texts: string[];
  expressions: Expression[];
}

const NOTHING: Pick<Statement, "variables" | "topicFilter"> = {
  variables: [],
  topicFilter: undefined,
};

/**
 * Prepares a text with substitution templates `${expression}`, such as a partition key. Expressions
 * see the message as it came, not the output or aliases of SELECT (page
 * `iot-substitution-templates`); one that is Undefined, or Null, leaves nothing.
 */
export function compileTemplateText(
  text: string,
  { statement = NOTHING, ports = {} }: TemplateOptions = {},
): TemplateCompilation<Rendering | Promise<Rendering>> {
  const refused = (findings: Finding[]) => ({
    ok: false as const,
    problems: findings.map((finding) => problemOf(text, finding)),
  });
  const parsed = attempt(() => parseTemplate(text));
  if ("finding" in parsed) return refused([parsed.finding]);
  const { texts, expressions } = parsed.done;
  const found = expressions.flatMap((expression) => [
    ...findingsIn(expression, statement),
    ...decodings(expression),
    ...closedVariables(expression, statement.variables, ports),
  ]);
  const errors = errorsOf(found, expressions, ports);
  if (errors.length > 0) return refused(errors);

  const prepare = preparing(prepareVariables(statement.variables));
  const values = expressions.map(prepare);
  const once = (run: Run): Rendering => {
    const fill = (scope: Scope): string[] => values.map((value) => toText(value(scope)) ?? "");
    const result = guarded(fill, scopeOf(run));
    if ("failed" in result) return { ok: false, error: result.failed };
    const joined = result.done.map((value, index) => value + (texts[index + 1] as string));
    return { ok: true, text: (texts[0] as string) + joined.join("") };
  };
  return { ok: true, render: runner(once, needed(expressions, statement.variables), ports) };
}

// A variable whose value calls out is as good as a call.
function closedVariables(
  expression: Expression,
  variables: readonly Assignment[],
  ports: Ports,
): Finding[] {
  return everyPart([expression]).flatMap((part) => {
    if (part.kind !== "variable") return [];
    const [, ...values] = needed([part], variables);
    if (errorsOf([], values, ports).length === 0) return [];
    const reason = `@${part.name} calls out of the rules engine, and there is no port for it`;
    return [{ code: "no-port", reason, position: part.position }];
  });
}

// The expressions, and the values of the variables that they use; a variable uses only those before
// it.
function needed(
  expressions: readonly Expression[],
  variables: readonly Assignment[],
): readonly Expression[] {
  const roots = [...expressions];
  for (const { name, value } of [...variables].reverse()) {
    const parts = everyPart(roots);
    if (parts.some((part) => part.kind === "variable" && part.name === name)) roots.push(value);
  }
  return roots;
}

// Page `binary-payloads`: protobuf cannot be decoded within a template.
function decodings(expression: Expression): Finding[] {
  return everyPart([expression]).flatMap((part) => {
    if (part.kind !== "call" || part.name.toLowerCase() !== "decode") return [];
    if (part.args.length < 3) return [];
    const reason = "protobuf cannot be decoded in a template; decode it in a variable of SET";
    return [{ code: "argument", reason, position: part.position }];
  });
}

function parseTemplate(text: string): Parsed {
  const parsed: Parsed = { texts: [], expressions: [] };
  let at = 0;
  for (let start = text.indexOf("${"); start >= 0; start = text.indexOf("${", at)) {
    const { expression, end } = parsePlaceholder(text, start);
    parsed.texts.push(text.slice(at, start));
    parsed.expressions.push(expression);
    at = end;
  }
  parsed.texts.push(text.slice(at));
  return parsed;
}
