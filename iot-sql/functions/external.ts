import { evaluationFailure } from "../failure";
import { readJson, writeJson } from "../json";
import type { Ports } from "../ports";
import type { Scope } from "../scope";
import type { Json, Value } from "../values";

/** What a port answers to a request; a failure of the port ends the evaluation. */
export function answered<Name extends keyof Ports>(
  scope: Scope,
  name: Name,
  request: Parameters<NonNullable<Ports[Name]>>[0],
): Value {
  const { ports, replay } = scope.run;
  const port = ports[name] as ((request: unknown) => Promise<unknown>) | undefined;
  if (!port) throw evaluationFailure(`No port '${name}' is given.`);
  return replay.call(async () => valueOf(await port(request)));
}

// Only JSON comes in, whatever a port gives.
function valueOf(answer: unknown): Value {
  if (answer === undefined) return undefined;
  const value = readJson(Buffer.from(writeJson(answer as Json)));
  if (value === undefined) throw new Error("The answer of a port is not JSON.");
  return value;
}
