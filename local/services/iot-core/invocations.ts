import type { Clients } from "../../aws/clients";
import { invokeAsynchronously } from "../lambda";
import type { Trace } from "../../trace";

export interface InvocationsArgs {
  clients: Clients;
  trace: Trace;
  /** Milliseconds before the first retry, doubled before the second; AWS waits one minute, then two. @default 100 */
  retryDelayMilliseconds?: number;
  /** Milliseconds that `stop` waits for functions before it drops their events. @default 5,000 */
  patienceMilliseconds?: number;
}

/** Events from rules that Lambda has accepted and functions have not yet processed. */
export interface Invocations {
  add: (functionArn: string, source: string, event: unknown) => void;
  /** Resolves when every event is processed or sent to its destination. */
  idle(): Promise<void>;
  /** Waits for running invocations up to a limit, then drops them with a warning. */
  stop(): Promise<void>;
}

/** Lambda's queue of asynchronous events, in memory. */
export function createInvocations({
  clients,
  trace,
  retryDelayMilliseconds = 100,
  patienceMilliseconds = 5_000,
}: InvocationsArgs): Invocations {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();

  async function idle(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay);
  }

  return {
    add(functionArn, source, event) {
      const stopped = stopping.signal;
      const given = { functionArn, source, event, retryDelayMilliseconds, stopped };
      const invocation: Promise<void> = invokeAsynchronously({ clients, trace, ...given })
        .catch((error: Error) =>
          trace.emit({ kind: "warning", part: "iot-core", message: error.message }),
        )
        .finally(() => underWay.delete(invocation));
      underWay.add(invocation);
    },
    idle,
    async stop() {
      const timer = setTimeout(() => stopping.abort(), patienceMilliseconds);
      await idle();
      clearTimeout(timer);
    },
  };
}
