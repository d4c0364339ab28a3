import { randomUUID } from "node:crypto";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { serviceOf } from "../delivery/arns";
import { startOf } from "../delivery/streams/start";
import { startStreamConsumer, type StreamConsumer } from "../delivery/streams/stream-consumer";
import { dynamodbSource } from "../dynamodb";
import { kinesisSource } from "../kinesis";
import { executionRoleOf } from "./execution-role";
import { createFunctionHandling } from "./function-handling";
import { refuseUnsupported, type StreamMappingInputs } from "./stream-mapping-inputs";

export interface StreamMappingArgs {
  clients: Clients;
  trace: Trace;
  /** The resource's inputs, all known. */
  inputs: StreamMappingInputs;
  /** Milliseconds since the epoch, against which records age and windows end. @default Date.now */
  now?: () => number;
  /** Before the first retry; doubles up to 64 times. AWS waits longer. @default 100 */
  retryDelayMilliseconds?: number;
}

export interface StreamMapping extends StreamConsumer {
  /** The mapping's UUID, part of the keys of its on-failure objects. */
  id: string;
}

/**
 * Feeds a function from a Kinesis or DynamoDB stream with what the emulator accepts and ignores: retries, bisection, record age,
 * windows, on-failure destinations and the permissions of the function's role.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
 */
export async function startStreamMapping({
  clients,
  trace,
  inputs,
  now = Date.now,
  retryDelayMilliseconds = 100,
}: StreamMappingArgs): Promise<StreamMapping> {
  refuseUnsupported({ ...inputs });
  const { eventSourceArn: streamArn } = inputs;
  const source = serviceOf(streamArn) === "dynamodb" ? dynamodbSource : kinesisSource;
  const role = await executionRoleOf(clients, inputs.functionName);
  const id = randomUUID();
  const consumer = await startStreamConsumer({
    clients,
    trace,
    part: "stream mapping",
    title: `The mapping of ${streamArn} to ${role.functionName}`,
    source,
    streamArn,
    reader: {
      who: `The role of ${role.functionName}`,
      roleArn: role.roleArn,
      credentials: () => role.credentials(),
    },
    start: startOf(inputs),
    filters: inputs.filterCriteria,
    batchSize: inputs.batchSize ?? 100,
    windowMilliseconds: (inputs.maximumBatchingWindowInSeconds ?? 0) * 1000,
    parallelizationFactor: inputs.parallelizationFactor ?? 1,
    policy: {
      maximumRetryAttempts: inputs.maximumRetryAttempts ?? -1,
      bisectBatchOnFunctionError: inputs.bisectBatchOnFunctionError ?? false,
    },
    maximumRecordAgeInSeconds: inputs.maximumRecordAgeInSeconds ?? -1,
    destinationArn: inputs.destinationConfig?.onFailure?.destinationArn,
    now,
    retryDelayMilliseconds,
    handle: createFunctionHandling({
      clients,
      trace,
      role,
      source,
      mappingId: id,
      reportsItemFailures: (inputs.functionResponseTypes ?? []).includes("ReportBatchItemFailures"),
      tumblingWindowInSeconds: inputs.tumblingWindowInSeconds,
      maximumRetryAttempts: inputs.maximumRetryAttempts ?? -1,
      now,
      retryDelayMilliseconds,
    }),
  });
  return { id, ...consumer };
}
