import type { Trace } from "../../trace";
import type { Metrics } from "../cloudwatch";
import type { Failure } from "../delivery/targets/target";
import type { Enrich } from "./pipe-enrichment";
import type { PipeEvent } from "./pipe-event";
import type { ExecutionLog, PipeLog } from "./pipe-log";
import type { PipeTarget } from "./pipe-target";

export interface ExecutionArgs {
  name: string;
  trace: Trace;
  log: PipeLog;
  metrics: Metrics;
  enrich: Enrich | undefined;
  template: (event: PipeEvent) => string;
  target: PipeTarget;
}

/** Executes the pipe for a batch; resolves with the events that failed. */
export type Execute = (events: readonly PipeEvent[]) => Promise<Failure[]>;

/**
 * Runs enrichment and target. The source retries events that failed from the beginning, including the enrichment.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
 */
export function createExecution(args: ExecutionArgs): Execute {
  const { name, trace, metrics } = args;
  return async (events) => {
    const log = args.log.execution(() => events.map(({ raw }) => raw));
    metrics.count({ Invocations: 1, EventCount: events.length });
    log.info("EXECUTION_STARTED");
    const failures = await run(args, log, events);
    const done = events.length - failures.length;
    if (done > 0) trace.emit({ kind: "piped", pipe: name, records: done });
    const [first] = failures;
    if (!first) {
      log.info("EXECUTION_SUCCEEDED");
      return [];
    }
    const { reason } = first;
    trace.emit({ kind: "pipe-failed", pipe: name, records: failures.length, reason });
    metrics.count(done > 0 ? { ExecutionPartiallyFailed: 1 } : { ExecutionFailed: 1 });
    log.error(done > 0 ? "EXECUTION_PARTIALLY_FAILED" : "EXECUTION_FAILED", reason);
    return failures;
  };
}

async function run(
  { metrics, enrich, template, target }: ExecutionArgs,
  log: ExecutionLog,
  sources: readonly PipeEvent[],
): Promise<Failure[]> {
  const all = (error: unknown): Failure[] => {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return sources.map((_, index) => ({ index, reason }));
  };
  let events = sources;
  try {
    if (enrich) events = await enrich(sources);
  } catch (error) {
    metrics.count({ EnrichmentStageFailed: 1 });
    log.error("ENRICHMENT_INVOCATION_FAILED", String(error));
    return all(error);
  }
  if (events.length === 0) return [];
  try {
    if (events.length > target.most)
      throw new Error(`The target takes ${target.most} events at once, not ${events.length}.`);
    const entries = events.map((event) => ({ text: template(event), event: event.view }));
    const failures = await target.send(entries);
    const [first] = failures;
    if (!first) return [];
    metrics.count({ TargetStagePartiallyFailed: 1 });
    log.error("TARGET_INVOCATION_PARTIALLY_FAILED", first.reason);
    return toSources(sources, events, failures);
  } catch (error) {
    metrics.count({ TargetStageFailed: 1 });
    log.error("TARGET_INVOCATION_FAILED", String(error));
    return all(error);
  }
}

/** Maps failures to source events; an event without a known source fails the whole batch. */
function toSources(
  sources: readonly PipeEvent[],
  events: readonly PipeEvent[],
  failures: Awaited<ReturnType<PipeTarget["send"]>>,
): Failure[] {
  const found = failures.map((failure) => {
    const id = "id" in failure ? failure.id : events[failure.index]?.id;
    const byId = sources.findIndex((source) => source.id !== undefined && source.id === id);
    const index = "id" in failure || events !== sources ? byId : failure.index;
    return { index, reason: failure.reason };
  });
  const lost = found.find(({ index }) => index < 0);
  return lost ? sources.map((_, index) => ({ index, reason: lost.reason })) : found;
}
