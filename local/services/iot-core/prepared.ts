import {
  compile,
  parse,
  prepareTemplate,
  type Compilation,
  type Evaluation,
  type Ports,
  type Problem,
  type Statement,
} from "../../../iot-sql";
import type { Template } from "./actions/action";

/** A compiled statement. */
export type PreparedStatement = Extract<
  Compilation<Evaluation | Promise<Evaluation>>,
  { ok: true }
> & {
  /** The statement, whose variables templates may use. */
  parsed: Statement;
};

/** Compiles a rule's statement; throws the first problem, in one sentence. */
export function prepareStatement(sql: string, ports: Ports): PreparedStatement {
  const parsing = parse(sql);
  if (!parsing.ok) throw refusal(parsing.problems);
  const parsed = parsing.statement;
  const compilation = compile(parsed, ports);
  if (!compilation.ok) throw refusal(compilation.problems);
  return { ...compilation, parsed };
}

/**
 * Compiles a text with substitution templates. A template that cannot be evaluated for a message fails its action; AWS does not
 * document this case.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-substitution-templates.html
 */
export function prepareText(text: string, statement: Statement, ports: Ports): Template {
  const compilation = prepareTemplate(text, { statement, ports });
  if (!compilation.ok) throw refusal(compilation.problems);
  return async (message) => {
    const rendering = await compilation.render(message);
    if (rendering.ok) return rendering.text;
    throw new Error(rendering.error.message);
  };
}

function refusal([problem]: Problem[]): Error {
  const { line, column, message } = problem ?? { line: 1, column: 1, message: "It is illegal." };
  return new Error(`Line ${line}, column ${column}: ${message}`);
}
