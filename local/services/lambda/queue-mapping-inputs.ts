import type { FilterCriteria } from "../delivery/patterns/filter-criteria";

/** The inputs of `aws.lambda.EventSourceMapping` for a queue; defaults are AWS's. */
export interface QueueMappingInputs {
  eventSourceArn: string;
  functionName: string;
  /** @default 10 */
  batchSize?: number;
  /** @default 0 */
  maximumBatchingWindowInSeconds?: number;
  filterCriteria?: FilterCriteria;
  functionResponseTypes?: string[];
  scalingConfig?: { maximumConcurrency?: number };
  /** @default true */
  enabled?: boolean;
}

/** The settings that are honoured here or have no effect on one machine. */
const known = new Set([
  "eventSourceArn",
  "functionName",
  "batchSize",
  "maximumBatchingWindowInSeconds",
  "filterCriteria",
  "functionResponseTypes",
  "scalingConfig",
  "enabled",
  "metricsConfig",
  "tags",
  "region",
]);

/** The most messages that a queue returns in one call; AWS takes larger batches only with a window. */
const mostWithoutWindow = 10;

/** Throws one sentence for the first setting that is not honoured here, or that AWS refuses. */
export function refuseUnsupported(inputs: QueueMappingInputs): void {
  const where = `The mapping of ${inputs.eventSourceArn} to ${inputs.functionName}`;
  const unknown = Object.entries(inputs).find(
    ([name, value]) => !known.has(name) && value !== undefined,
  );
  if (unknown)
    throw new Error(`${where} sets '${unknown[0]}', which the local run lacks; leave it out.`);
  const { batchSize = 10, maximumBatchingWindowInSeconds = 0 } = inputs;
  if (batchSize > mostWithoutWindow && maximumBatchingWindowInSeconds < 1)
    throw new Error(
      `${where} takes batches of ${batchSize} without a batching window; give it one of at least 1 s.`,
    );
  const { maximumConcurrency = 2 } = inputs.scalingConfig ?? {};
  if (maximumConcurrency < 2)
    throw new Error(
      `${where} has a maximumConcurrency of ${maximumConcurrency}; AWS takes 2–1000.`,
    );
}
