import { isObject, type Json } from "../json";

/** Reads one value of a document; undefined if there is none. */
export type Path = (document: Json) => Json | undefined;

type Step = { name: string } | { index: number } | "all";

/**
 * Compiles the part of JSONPath that EventBridge takes: names after dots (letters, digits, `_`, `-`) or in brackets, indices and `*`.
 * Throws one sentence for anything else.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 */
export function compilePath(path: string): Path {
  const steps = stepsOf(path);
  return (document) => walk(document, steps);
}

function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  const step = /\.([\w-]+|\*)|\[(\d+|\*)\]|\['([^']+)'\]/y;
  step.lastIndex = 1;
  while (path.startsWith("$") && step.lastIndex > 0 && step.lastIndex < path.length) {
    const [found, dotted, index, quoted] = step.exec(path) ?? [];
    if (found === undefined) break;
    const name = dotted ?? quoted;
    if ((dotted ?? index) === "*") steps.push("all");
    else steps.push(name === undefined ? { index: Number(index) } : { name });
  }
  if (!path.startsWith("$") || step.lastIndex !== path.length)
    throw new Error(
      `'${path}' is no JSON path that EventBridge knows: use $, .name, [0] and [*] only.`,
    );
  return steps;
}

function walk(value: Json | undefined, [step, ...rest]: readonly Step[]): Json | undefined {
  if (step === undefined || value === undefined) return value;
  if (step === "all") {
    const parts = isObject(value) ? Object.values(value) : [value].flat();
    return parts.flatMap((part) => walk(part, rest) ?? []);
  }
  if ("index" in step) return walk(Array.isArray(value) ? value[step.index] : undefined, rest);
  return walk(isObject(value) ? value[step.name] : undefined, rest);
}
