import type { Json } from "../delivery/json";
import { compilePath } from "../delivery/templates/json-path";
import { compileTemplate, variablesOf } from "../delivery/templates/render";
import { asJson, type BusEvent } from "./bus-event";
import type { TargetInputs } from "./bus-inputs";

/**
 * Compiles what a target receives: the event, a constant, a part of the event, or a template. Throws one sentence for an undefined
 * variable. A path without a value leaves the event unchanged.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function compileInput(
  { input, inputPath, inputTransformer }: TargetInputs,
  rule: { name: string; arn: string },
): (event: BusEvent) => string {
  if (input !== undefined) return () => input;
  if (inputPath !== undefined) {
    const read = compilePath(inputPath);
    return (event) => JSON.stringify(read(asJson(event)) ?? event);
  }
  if (inputTransformer === undefined) return (event) => JSON.stringify(event);

  const { inputPaths = {}, inputTemplate } = inputTransformer;
  const paths = new Map(Object.entries(inputPaths).map(([n, path]) => [n, compilePath(path)]));
  const fill = compileTemplate(inputTemplate);
  const undefinedOne = variablesOf(inputTemplate).find(
    (name) => !paths.has(name) && !(name in reserved),
  );
  if (undefinedOne !== undefined)
    throw new Error(
      `The template of event rule ${rule.name} uses <${undefinedOne}>, which none of its paths defines.`,
    );
  return (event) =>
    fill((name) => reserved[name]?.(event, rule) ?? paths.get(name)?.(asJson(event)));
}

const reserved: Record<string, (event: BusEvent, rule: { name: string; arn: string }) => Json> = {
  "aws.events.rule-arn": (_, { arn }) => arn,
  "aws.events.rule-name": (_, { name }) => name,
  "aws.events.event.ingestion-time": () => new Date().toISOString().replace(/\.\d+Z$/, "Z"),
  "aws.events.event.json": (event) => asJson(event),
  "aws.events.event": ({ detail, ...envelope }) => (void detail, envelope),
};
