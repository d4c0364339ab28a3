import type { Caller } from "../delivery/targets/target";
import type { BucketWriter } from "./bucket-writer";
import type {
  BucketInputs,
  ExtendedS3Inputs,
  LoggingInputs,
  ProcessingInputs,
} from "./delivery-inputs";
import type { DeliveryStreamArgs } from "./delivery-stream-args";
import type { Destination } from "./destination";
import { createHttpDestination } from "./http-destination";
import { createS3Destination } from "./s3-destination";
import { readSecret } from "./secret";
import { createSplunkDestination } from "./splunk-destination";

/** What a plan is built from. */
export interface Tools {
  arn: string;
  stopped: AbortSignal;
  roleOf: (roleArn: string) => Caller;
  writerOf: (bucket: BucketInputs) => BucketWriter;
}

/** Where and how the records of a stream are delivered. */
export interface Plan {
  destination: Destination;
  roleArn: string;
  /** Writes error documents. */
  errors: BucketWriter;
  /** Writes every record, if the stream has a backup. */
  backup: BucketWriter | undefined;
  processing: ProcessingInputs | undefined;
  logging: LoggingInputs | undefined;
  megabytes: number;
  seconds: number;
}

/** Reads the one configuration that belongs to the stream's destination. */
export function planOf(args: DeliveryStreamArgs, tools: Tools): Plan {
  const { inputs } = args;
  const { extendedS3Configuration: s3, httpEndpointConfiguration: http } = inputs;
  const { splunkConfiguration: splunk } = inputs;
  const { arn, stopped, roleOf, writerOf } = tools;
  if (s3) {
    const writer = writerOf(s3);
    const { s3BackupMode, s3BackupConfiguration } = s3;
    return {
      ...common(s3, s3.roleArn),
      destination: createS3Destination({ ...args, streamArn: arn, inputs: s3, writer }),
      errors: writer,
      backup:
        s3BackupMode === "Enabled" && s3BackupConfiguration
          ? writerOf(s3BackupConfiguration)
          : undefined,
    };
  }
  const endpoint = http ?? splunk;
  if (!endpoint) throw new Error(`The delivery stream ${inputs.name} has no destination.`);
  const writer = writerOf(endpoint.s3Configuration);
  const { enabled, secretArn, roleArn } = endpoint.secretsManagerConfiguration ?? {};
  const owner = roleArn ?? http?.roleArn ?? endpoint.s3Configuration.roleArn;
  const secret = async (member: string, plain: string | undefined): Promise<string | undefined> =>
    enabled && secretArn ? readSecret(roleOf(owner), secretArn, member) : plain;
  const retry = (seconds: number): number => Math.min(seconds, args.mostRetrySeconds);
  return {
    ...common(endpoint, http?.roleArn ?? endpoint.s3Configuration.roleArn),
    destination: http
      ? createHttpDestination({
          ...args,
          stopped,
          inputs: http,
          streamArn: arn,
          accessKey: () => secret("api_key", http.accessKey),
          retrySeconds: retry(http.retryDuration ?? 300),
        })
      : createSplunkDestination({
          ...args,
          stopped,
          inputs: splunk as NonNullable<typeof splunk>,
          token: () => secret("hec_token", splunk?.hecToken),
          retrySeconds: retry(splunk?.retryDuration ?? 3600),
          acknowledgmentSeconds: retry(splunk?.hecAcknowledgmentTimeout ?? 180),
        }),
    errors: writer,
    backup: /^All/.test(endpoint.s3BackupMode ?? "") ? writer : undefined,
  };
}

const common = (
  {
    bufferingSize = 5,
    bufferingInterval = 300,
    processingConfiguration,
    cloudwatchLoggingOptions,
  }: Pick<
    ExtendedS3Inputs,
    "bufferingSize" | "bufferingInterval" | "processingConfiguration" | "cloudwatchLoggingOptions"
  >,
  roleArn: string,
) => ({
  roleArn,
  processing: processingConfiguration,
  logging: cloudwatchLoggingOptions,
  megabytes: bufferingSize,
  seconds: bufferingInterval,
});
