import { assumeRole } from "../../aws/assume-role";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { createMetrics, type Metrics } from "../cloudwatch";
import type { Caller } from "../delivery/targets/target";
import { createEnrichment } from "./pipe-enrichment";
import { createExecution } from "./pipe-execution";
import { refuseUnsupported, type PipeInputs } from "./pipe-inputs";
import { createPipeLog } from "./pipe-log";
import { batchSizeOf, startPipeSource } from "./pipe-source";
import { createPipeTarget } from "./pipe-target";
import { compilePipeTemplate } from "./pipe-template";

export interface PipeArgs {
  clients: Clients;
  trace: Trace;
  /** The resource's inputs, all known. */
  inputs: PipeInputs;
  /** Milliseconds since the epoch, against which records of a stream age. @default Date.now */
  now?: () => number;
  /** Before the first retry of a stream's batch; doubles up to 64 times. @default 100 */
  retryDelayMilliseconds?: number;
}

export interface Pipe {
  arn: string;
  /** What AWS counts in the namespace `AWS/EventBridge/Pipes`. */
  metrics: Metrics;
  /** Resolves when every event that was in the source is at the target or set aside. */
  idle(): Promise<void>;
  /** Finishes the executions that are running, then stops. */
  stop(): Promise<void>;
}

/**
 * Moves events from a queue or a stream through filter, enrichment and template to a target, as the pipe's role. The emulator reports a
 * pipe as running and moves nothing.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html
 */
export async function startPipe({
  clients,
  trace,
  inputs,
  now = Date.now,
  retryDelayMilliseconds = 100,
}: PipeArgs): Promise<Pipe> {
  refuseUnsupported(inputs);
  const { accountId, region } = clients.account;
  const { name, source, target: targetArn, enrichment, roleArn } = inputs;
  const arn = `arn:aws:pipes:${region}:${accountId}:pipe/${name}`;
  const caller: Caller = {
    clients,
    roleArn,
    credentials: () =>
      assumeRole(clients, {
        roleArn,
        servicePrincipal: "pipes.amazonaws.com",
        sourceArn: arn,
      }),
  };
  const stopping = new AbortController();
  const stopped = stopping.signal;
  const warn = (message: string): void => trace.emit({ kind: "warning", part: "pipe", message });

  const afterwards = new Set<Promise<void>>();
  const later = (work: Promise<void>): void => {
    const watched: Promise<void> = work
      .catch((error: unknown) => {
        if (!stopped.aborted) warn(`An event of pipe ${name} was lost: ${String(error)}`);
      })
      .finally(() => afterwards.delete(watched));
    afterwards.add(watched);
  };

  const facts = {
    pipeArn: arn,
    pipeName: name,
    sourceArn: source,
    enrichmentArn: enrichment,
    targetArn,
  };
  const template = (text: string | undefined) => compilePipeTemplate(text, facts);
  const target = createPipeTarget({
    caller,
    trace,
    inputs,
    later,
    retryDelayMilliseconds,
    stopped,
  });
  const batchSize = batchSizeOf(inputs);
  if (batchSize > target.most)
    throw new Error(
      `The pipe ${name} takes batches of ${batchSize}, its target ${target.most} at most; give it a smaller batchSize.`,
    );
  const log = createPipeLog(clients, trace, inputs, arn);
  const metrics = createMetrics({
    clients,
    trace,
    namespace: "AWS/EventBridge/Pipes",
    dimensions: { PipeName: name },
  });
  const execute = createExecution({
    name,
    trace,
    log,
    metrics,
    enrich: enrichment
      ? createEnrichment(caller, enrichment, template(inputs.enrichmentParameters?.inputTemplate))
      : undefined,
    template: template(inputs.targetParameters?.inputTemplate),
    target,
  });
  const reading = await startPipeSource({
    caller,
    trace,
    inputs,
    pipeArn: arn,
    execute,
    now,
    retryDelayMilliseconds,
  });
  return {
    arn,
    metrics,
    async idle() {
      await reading.idle();
      await Promise.all(afterwards);
      await Promise.all([log.idle(), metrics.idle()]);
    },
    async stop() {
      stopping.abort();
      await reading.stop();
      await Promise.all(afterwards);
      await Promise.all([log.idle(), metrics.idle()]);
    },
  };
}
