import type { Json } from "../delivery/json";
import { compilePath } from "../delivery/templates/json-path";
import { compileTemplate, variablesOf } from "../delivery/templates/render";
import type { PipeEvent } from "./pipe-event";

/** The values of a pipe's reserved variables. */
export interface PipeFacts {
  pipeArn: string;
  pipeName: string;
  sourceArn: string;
  enrichmentArn: string | undefined;
  targetArn: string;
}

/**
 * Compiles a pipe's input template; without one, an event stays unchanged. Throws one sentence for a variable that Pipes do not have.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 */
export function compilePipeTemplate(
  template: string | undefined,
  facts: PipeFacts,
): (event: PipeEvent) => string {
  if (template === undefined || template === "") return ({ raw }) => JSON.stringify(raw);
  const fill = compileTemplate(template);
  const variables = new Map(
    variablesOf(template).map((name) => [name, compileVariable(name, facts)]),
  );
  return (event) => fill((name) => variables.get(name)?.(event));
}

type Variable = (event: PipeEvent) => Json | undefined;

function compileVariable(name: string, facts: PipeFacts): Variable {
  if (name.startsWith("$")) {
    const read = compilePath(name);
    return ({ view }) => read(view);
  }
  switch (name) {
    case "aws.pipes.pipe-arn":
      return () => facts.pipeArn;
    case "aws.pipes.pipe-name":
      return () => facts.pipeName;
    case "aws.pipes.source-arn":
      return () => facts.sourceArn;
    case "aws.pipes.enrichment-arn":
      return () => facts.enrichmentArn ?? "";
    case "aws.pipes.target-arn":
      return () => facts.targetArn;
    case "aws.pipes.event.ingestion-time":
      return () => new Date().toISOString();
    case "aws.pipes.event":
      return ({ raw }) => raw;
    case "aws.pipes.event.json":
      return ({ view }) => view;
    default:
      throw new Error(`Pipes have no variable <${name}>.`);
  }
}
