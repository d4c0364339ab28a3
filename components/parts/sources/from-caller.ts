import type { Source } from "./source";

/**
 * Synchronous invocations, such as those of a pipe or a workflow. The caller invokes with its own role, and an error that the callback
 * throws takes the failure path of the caller.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
 */
export function fromCaller<Event, Answer>(): Source<Event, Answer> {
  return { statements: [], connect: () => undefined };
}
