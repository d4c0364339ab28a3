import { serviceOf } from "./arns";

/** What `aws.lambda.EventSourceMapping` was declared with, for a Kinesis stream; defaults are AWS's. */
export interface StreamMappingInputs {
  eventSourceArn: string;
  functionName: string;
  startingPosition: string;
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
  functionResponseTypes?: string[];
  destinationConfig?: { onFailure?: { destinationArn: string } };
}

/** Those that are honoured here, and those that change nothing on one machine. */
const known = new Set([
  "eventSourceArn",
  "functionName",
  "startingPosition",
  "batchSize",
  "maximumBatchingWindowInSeconds",
  "parallelizationFactor",
  "maximumRetryAttempts",
  "maximumRecordAgeInSeconds",
  "bisectBatchOnFunctionError",
  "functionResponseTypes",
  "destinationConfig",
  "metricsConfig",
  "tags",
  "region",
]);

/** Nothing is taken silently: throws one sentence for the first setting that this mapping would not honour. */
export function refuseUnsupported(inputs: StreamMappingInputs & Record<string, unknown>): void {
  const where = `The mapping of ${inputs.eventSourceArn} to ${inputs.functionName}`;
  if (inputs["tumblingWindowInSeconds"]) {
    throw new Error(`${where} has a tumbling window, which the local run lacks; leave it out.`);
  }
  const unknown = Object.keys(inputs).find(
    (name) => !known.has(name) && inputs[name] !== undefined && name !== "tumblingWindowInSeconds",
  );
  if (unknown) {
    throw new Error(`${where} sets '${unknown}', which the local run lacks; leave it out.`);
  }
  if (inputs.startingPosition !== "TRIM_HORIZON") {
    throw new Error(
      `${where} starts at '${inputs.startingPosition}'; the local run can only start at TRIM_HORIZON.`,
    );
  }
  const destination = inputs.destinationConfig?.onFailure?.destinationArn;
  if (destination && !["s3", "sqs"].includes(serviceOf(destination))) {
    throw new Error(
      `${where} sets failures aside in ${destination}; the local run knows S3 and SQS only.`,
    );
  }
}
