import { serviceOf } from "../delivery/arns";
import type { FilterCriteria } from "../delivery/patterns/filter-criteria";
import { startOf } from "../delivery/streams/start";

/** The inputs of `aws.lambda.EventSourceMapping` for a stream; defaults are AWS's. */
export interface StreamMappingInputs {
  eventSourceArn: string;
  functionName: string;
  startingPosition: string;
  /** RFC 3339, for AT_TIMESTAMP. */
  startingPositionTimestamp?: string;
  /** @default 100 */
  batchSize?: number;
  /** @default 0 */
  maximumBatchingWindowInSeconds?: number;
  /** @default 1 */
  parallelizationFactor?: number;
  /** −1 or absent: until the records are too old. @default -1 */
  maximumRetryAttempts?: number;
  /** −1 or absent: until the stream drops them. @default -1 */
  maximumRecordAgeInSeconds?: number;
  /** @default false */
  bisectBatchOnFunctionError?: boolean;
  /** 0 or absent for none. */
  tumblingWindowInSeconds?: number;
  filterCriteria?: FilterCriteria;
  functionResponseTypes?: string[];
  destinationConfig?: { onFailure?: { destinationArn: string } };
}

/** The settings that are honoured here or have no effect on one machine. */
const known = new Set([
  "eventSourceArn",
  "functionName",
  "startingPosition",
  "startingPositionTimestamp",
  "batchSize",
  "maximumBatchingWindowInSeconds",
  "parallelizationFactor",
  "maximumRetryAttempts",
  "maximumRecordAgeInSeconds",
  "bisectBatchOnFunctionError",
  "tumblingWindowInSeconds",
  "filterCriteria",
  "functionResponseTypes",
  "destinationConfig",
  "metricsConfig",
  "tags",
  "region",
]);

/** Throws one sentence for the first setting that is not honoured here. */
export function refuseUnsupported(inputs: StreamMappingInputs & Record<string, unknown>): void {
  const where = `The mapping of ${inputs.eventSourceArn} to ${inputs.functionName}`;
  const unknown = Object.keys(inputs).find(
    (name) => !known.has(name) && inputs[name] !== undefined,
  );
  if (unknown) {
    throw new Error(`${where} sets '${unknown}', which the local run lacks; leave it out.`);
  }
  if (inputs.tumblingWindowInSeconds && (inputs.parallelizationFactor ?? 1) > 1) {
    throw new Error(
      `${where} aggregates windows in parallel, which the local run lacks; leave parallelizationFactor out.`,
    );
  }
  startOf(inputs);
  const destination = inputs.destinationConfig?.onFailure?.destinationArn;
  if (destination && !["s3", "sqs", "sns"].includes(serviceOf(destination))) {
    throw new Error(
      `${where} sets failures aside in ${destination}; the local run knows S3, SQS and SNS only.`,
    );
  }
}
