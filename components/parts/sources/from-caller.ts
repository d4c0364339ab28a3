import type { Source } from "./source";

/**
 * Somebody who invokes and waits for the answer, such as a pipe or a workflow: it invokes as its own role, connects itself, and
 * what the callback throws takes the caller's failure path.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
 */
export function fromCaller<Event, Answer>(): Source<Event, Answer> {
  return { statements: [], connect: () => undefined };
}
