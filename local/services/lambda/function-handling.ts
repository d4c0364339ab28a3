import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { createMetrics } from "../cloudwatch";
import { invoke, type Invocation } from "../delivery/invoke";
import { isObject } from "../delivery/json";
import { firstFailure } from "../delivery/streams/batch";
import { backOff, type Answer } from "../delivery/streams/stream-batches";
import type { ShardHandling } from "../delivery/streams/stream-consumer";
import { setAside } from "../delivery/streams/stream-on-failure";
import type { Shard, StreamRecord } from "../delivery/streams/stream-record";
import type { StreamSource } from "../delivery/streams/stream-source";
import {
  createWindows,
  type WindowContext,
  type Windows,
} from "../delivery/streams/tumbling-window";
import type { ExecutionRole } from "./execution-role";

export interface FunctionHandlingArgs {
  clients: Clients;
  trace: Trace;
  role: ExecutionRole;
  source: StreamSource;
  mappingId: string;
  reportsItemFailures: boolean;
  tumblingWindowInSeconds: number | undefined;
  maximumRetryAttempts: number;
  now: () => number;
  retryDelayMilliseconds: number;
}

/** Passes the batches of a shard to a function, with the state of their window if they are aggregated. */
export function createFunctionHandling(
  args: FunctionHandlingArgs,
): (shard: Shard, stopped: AbortSignal) => ShardHandling {
  const { clients, trace, role, source } = args;
  const { functionName, functionArn } = role;
  const onFailure = {
    ...args,
    functionArn,
    credentials: () => role.credentials(),
  };
  const metrics = createMetrics({
    clients,
    trace,
    namespace: "AWS/Lambda",
    dimensions: { FunctionName: functionName },
  });
  return (shard, stopped) => {
    const about = { source: shard.streamArn, functionName };
    const failed = (records: number, reason: string): void =>
      trace.emit({ kind: "batch-failed", ...about, records, reason });

    const ask = (records: readonly StreamRecord[], window?: WindowContext): Promise<Invocation> =>
      invoke(clients, functionArn, {
        Records: records.map((record) => record.forLambda()),
        ...(window && { ...window, shardId: shard.shardId, eventSourceARN: shard.streamArn }),
      });

    /** Invokes a window for the last time, with as many retries as any other invocation; then the state is lost, as on AWS. */
    async function finish(window: WindowContext): Promise<void> {
      const { maximumRetryAttempts: most } = args;
      for (let tries = 1; !stopped.aborted; tries++) {
        const answer = await ask([], window);
        if (answer.kind === "returned") return;
        failed(0, answer.reason);
        if (most >= 0 && tries > most) {
          const message = `The state of the window from ${window.window.start} was discarded: ${answer.reason}`;
          trace.emit({ kind: "warning", part: "stream mapping", message });
          return;
        }
        await backOff({ ...args, stopped }, tries);
      }
    }

    const seconds = args.tumblingWindowInSeconds;
    const windows = seconds ? createWindows({ seconds, now: args.now, finish }) : undefined;

    return {
      windows,
      process: async (records) => {
        const last = records.at(-1)?.arrival.getTime() ?? args.now();
        metrics.measure("IteratorAge", Math.max(0, args.now() - last));
        const answer = await ask(records, windows?.context());
        return judge(args, records, answer, windows);
      },
      succeeded: (records) => trace.emit({ kind: "batch-succeeded", ...about, records }),
      failed,
      setAside: (batch, destinationArn) =>
        setAside({ ...onFailure, source }, batch, destinationArn),
    };
  };
}

async function judge(
  { reportsItemFailures }: FunctionHandlingArgs,
  records: readonly StreamRecord[],
  answer: Invocation,
  windows: Windows | undefined,
): Promise<Answer> {
  if (answer.kind === "not-invoked") return answer;
  const { requestId, context, payload } = answer;
  const response = { requestId, context };
  const fail = (first: number, reason: string): Answer => ({
    kind: "failed",
    first,
    reason,
    response,
  });
  if (answer.kind === "failed") return fail(0, answer.reason);
  if (windows) {
    const { state } = isObject(payload) ? payload : {};
    if (state === undefined) return fail(0, "The function returned no state for its window.");
    await windows.keep(state);
  }
  if (!reportsItemFailures) return { kind: "done", response };
  const sequenceNumbers = records.map(({ sequenceNumber }) => sequenceNumber);
  const first = firstFailure(payload, sequenceNumbers);
  if (first === undefined) return { kind: "done", response };
  return fail(first, `The function reported failures from ${sequenceNumbers[first]} on.`);
}
