import type { Trace } from "../../trace";
import { serviceOf } from "../delivery/arns";
import { compileFilters } from "../delivery/patterns/filter-criteria";
import { startOf } from "../delivery/streams/start";
import type { Answer } from "../delivery/streams/stream-batches";
import { startStreamConsumer } from "../delivery/streams/stream-consumer";
import { announce, batchInfo } from "../delivery/streams/stream-on-failure";
import type { Caller } from "../delivery/targets/target";
import { dynamodbSource } from "../dynamodb";
import { kinesisSource } from "../kinesis";
import { queueRecord, startQueuePoller } from "../sqs";
import { fromQueue, fromStream } from "./pipe-event";
import type { Execute } from "./pipe-execution";
import type { PipeInputs } from "./pipe-inputs";

export interface PipeSourceArgs {
  caller: Caller;
  trace: Trace;
  inputs: PipeInputs;
  pipeArn: string;
  execute: Execute;
  now: () => number;
  retryDelayMilliseconds: number;
}

export interface PipeSource {
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** The most batches of a queue that are processed at a time; AWS begins with five. */
const concurrency = 5;

export async function startPipeSource(args: PipeSourceArgs): Promise<PipeSource> {
  return serviceOf(args.inputs.source) === "sqs" ? fromSqs(args) : fromStreams(args);
}

/** Returns the most events that the source passes on at once. */
export const batchSizeOf = ({ source, sourceParameters = {} }: PipeInputs): number =>
  serviceOf(source) === "sqs"
    ? (sourceParameters.sqsQueueParameters?.batchSize ?? 10)
    : (streamParameters(sourceParameters)?.batchSize ?? 100);

const streamParameters = (parameters: NonNullable<PipeInputs["sourceParameters"]>) =>
  parameters.kinesisStreamParameters ?? parameters.dynamodbStreamParameters;

/** Reads a queue. Its redrive policy sets failed messages aside; messages that the filter does not let pass are deleted. */
function fromSqs({ caller, trace, inputs, execute }: PipeSourceArgs): PipeSource {
  const { sqsQueueParameters = {}, filterCriteria } = inputs.sourceParameters ?? {};
  const passes = compileFilters(filterCriteria, { name: "body", textual: true });
  return startQueuePoller({
    clients: caller.clients,
    queueArn: inputs.source,
    roleArn: caller.roleArn,
    credentials: caller.credentials,
    batchSize: batchSizeOf(inputs),
    windowMilliseconds: (sqsQueueParameters.maximumBatchingWindowInSeconds ?? 0) * 1000,
    concurrency,
    handle: async (messages) => {
      const events = messages
        .map((message) => fromQueue(queueRecord(message, inputs.source)))
        .filter(({ view }) => passes(view));
      if (events.length === 0) return new Set();
      const failures = await execute(events);
      return new Set(failures.map(({ index }) => events[index]?.id ?? ""));
    },
    warn: (what) => {
      const message = `The role of pipe ${inputs.name} ${what}`;
      trace.emit({ kind: "warning", part: "pipe", message });
    },
  });
}

/**
 * Reads a stream. A batch continues from its first failed record; records that are given up are reported to the pipe's dead-letter
 * queue or topic.
 */
async function fromStreams(args: PipeSourceArgs): Promise<PipeSource> {
  const { caller, trace, inputs, pipeArn, execute, now, retryDelayMilliseconds } = args;
  const parameters = streamParameters(inputs.sourceParameters ?? {});
  if (!parameters)
    throw new Error(`The pipe ${inputs.name} reads a stream without parameters for it.`);
  const source = serviceOf(inputs.source) === "dynamodb" ? dynamodbSource : kinesisSource;
  return startStreamConsumer({
    clients: caller.clients,
    trace,
    part: "pipe",
    title: `The pipe ${inputs.name}`,
    source,
    streamArn: inputs.source,
    reader: {
      who: `The role of pipe ${inputs.name}`,
      roleArn: caller.roleArn,
      credentials: caller.credentials,
    },
    start: startOf({ eventSourceArn: inputs.source, ...parameters }),
    filters: inputs.sourceParameters?.filterCriteria,
    batchSize: batchSizeOf(inputs),
    windowMilliseconds: (parameters.maximumBatchingWindowInSeconds ?? 0) * 1000,
    parallelizationFactor: parameters.parallelizationFactor ?? 1,
    policy: {
      maximumRetryAttempts: parameters.maximumRetryAttempts ?? -1,
      bisectBatchOnFunctionError: parameters.onPartialBatchItemFailure === "AUTOMATIC_BISECT",
    },
    maximumRecordAgeInSeconds: parameters.maximumRecordAgeInSeconds ?? -1,
    destinationArn: parameters.deadLetterConfig?.arn,
    now,
    retryDelayMilliseconds,
    handle: () => ({
      process: async (records): Promise<Answer> => {
        const failures = await execute(records.map(fromStream));
        const first = Math.min(...failures.map(({ index }) => index));
        const [failure] = failures;
        return failure ? { kind: "failed", first, reason: failure.reason } : { kind: "done" };
      },
      // The execution has traced this already.
      succeeded: () => undefined,
      failed: () => undefined,
      setAside: (batch, destinationArn) =>
        announce(
          caller,
          destinationArn,
          JSON.stringify({
            context: { partnerResourceArn: pipeArn, condition: batch.condition },
            version: "1.0",
            timestamp: new Date().toISOString(),
            [source.batchInfo]: batchInfo(batch),
          }),
        ),
    }),
  });
}
