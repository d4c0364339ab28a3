import { serviceOf } from "../delivery/arns";
import { invoke } from "../delivery/invoke";
import { parseJson, type Json } from "../delivery/json";
import { runExpress } from "../delivery/targets/state-machine";
import type { Caller } from "../delivery/targets/target";
import { fromEnrichment, type PipeEvent } from "./pipe-event";

/** Returns the events that an enrichment makes of a batch; for none, the target is not called. */
export type Enrich = (events: readonly PipeEvent[]) => Promise<PipeEvent[]>;

/**
 * Calls a function or an express workflow as the pipe's role and waits for its answer. A failure fails the batch; enrichments have no
 * partial failures.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/pipes-enrichment.html
 */
export function createEnrichment(
  caller: Caller,
  arn: string,
  template: (event: PipeEvent) => string,
): Enrich {
  return async (events) => {
    const payload = events.map(template).map((text): Json => parseJson(text) ?? text);
    const answer = await ask(caller, arn, payload);
    const answers = answer === null || answer === "" ? [] : [answer].flat();
    return answers.map(fromEnrichment);
  };
}

async function ask(caller: Caller, arn: string, payload: Json): Promise<Json> {
  if (serviceOf(arn) === "states") {
    const output = await runExpress(caller, arn, JSON.stringify(payload));
    return parseJson(output) ?? null;
  }
  const answer = await invoke(caller.clients, arn, payload, await caller.credentials());
  if (answer.kind !== "returned") throw new Error(answer.reason);
  return (answer.payload ?? null) as Json;
}
