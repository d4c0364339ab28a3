import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { createMetrics, type Metrics } from "../metrics";
import { createBucketWriter, type BucketWriter } from "./bucket-writer";
import { createBuffer } from "./buffer";
import type { Clock } from "./clock";
import type { BucketInputs, DeliveryStreamInputs } from "./delivery-inputs";
import type { Destination } from "./destination";
import type { FirehoseRecord } from "./firehose-record";
import { createHttpDestination } from "./http-destination";
import { refuseUnsupported } from "./refuse-unsupported";
import { firehoseRole } from "./role";
import { createS3Destination, type S3DestinationArgs } from "./s3-destination";
import { readSecret } from "./secret";
import { createSplunkDestination } from "./splunk-destination";
import { createTransform } from "./transformation";

export interface DeliveryStreamArgs {
  clients: Clients;
  trace: Trace;
  /** The resource's inputs, all known by now. */
  inputs: DeliveryStreamInputs;
  columnsOf: S3DestinationArgs["columnsOf"];
  clock: Clock;
  /** Before the second attempt at an endpoint or a bucket; doubles up to 64 times. */
  retryDelayMilliseconds: number;
  /** The longest that an endpoint is tried again, if that is less than its own retryDuration. */
  mostRetrySeconds: number;
}

export interface DeliveryStream {
  arn: string;
  /** What AWS counts in the namespace `AWS/Firehose`. */
  metrics: Metrics;
  accept(records: readonly FirehoseRecord[]): void;
  /** Delivers at once what the buffer holds; resolves when it is delivered or set aside. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Buffers, transforms and delivers the records of one stream, and writes to S3 what could not be. */
export function createDeliveryStream(args: DeliveryStreamArgs): DeliveryStream {
  const { clients, trace, inputs, clock } = args;
  refuseUnsupported(inputs);
  const { name } = inputs;
  const { accountId, region } = clients.account;
  const arn = `arn:aws:firehose:${region}:${accountId}:deliverystream/${name}`;
  const stopping = new AbortController();
  const stopped = stopping.signal;
  const metrics = createMetrics({
    clients,
    trace,
    namespace: "AWS/Firehose",
    dimensions: { DeliveryStreamName: name },
  });
  const roleOf = (roleArn: string) => firehoseRole(clients, arn, roleArn);
  const writerOf = (bucket: BucketInputs): BucketWriter =>
    createBucketWriter({
      ...args,
      caller: roleOf(bucket.roleArn),
      streamName: name,
      bucket,
      zone: inputs.extendedS3Configuration?.customTimeZone,
      stopped,
      warn: (message) =>
        trace.emit({
          kind: "warning",
          part: "delivery stream",
          message: `Delivery stream ${name}: ${message}`,
        }),
    });
  const plan = planOf(args, { arn, stopped, roleOf, writerOf });
  const transform = createTransform(plan.processing, arn, (roleArn) =>
    roleOf(roleArn ?? plan.roleArn),
  );

  async function deliver(records: FirehoseRecord[]): Promise<void> {
    const { destination, errors, backup } = plan;
    const failed = (count: number, reason: string): void =>
      trace.emit({ kind: "buffer-failed", deliveryStream: name, records: count, reason });
    const [first] = records;
    if (backup && first) {
      const body = Buffer.concat(records.map(({ data }) => data));
      await backup.write({ body, arrival: first.arrival });
      metrics.count({ "BackupToS3.Success": 1, "BackupToS3.Records": records.length });
    }
    const shaped = await transform(records);
    const [bad] = shaped.failed;
    if (bad) {
      failed(shaped.failed.length, `${bad.code}: ${bad.message}`);
      await errors.writeErrors("processing-failed", shaped.failed);
    }
    if (plan.processing?.enabled) metrics.count({ "ExecuteProcessing.Success": bad ? 0 : 1 });
    if (shaped.records.length === 0) return;
    const { failed: rest, errorType } = await destination.deliver(shaped.records);
    const [worst] = rest;
    const done = shaped.records.length - rest.length;
    metrics.count({
      [`${destination.metric}.Success`]: worst ? 0 : 1,
      [`${destination.metric}.Records`]: done,
    });
    if (worst) {
      failed(rest.length, `${worst.code}: ${worst.message}`);
      await errors.writeErrors(errorType, rest);
      metrics.count({ "BackupToS3.Success": 1, "BackupToS3.Records": rest.length });
    }
    if (done > 0)
      trace.emit({
        kind: "buffer-delivered",
        deliveryStream: name,
        destination: destination.name,
        records: done,
      });
  }

  const buffer = createBuffer({
    megabytes: plan.megabytes,
    seconds: plan.seconds,
    clock,
    deliver: (records) =>
      deliver(records).catch((error: unknown) => {
        if (stopped.aborted) return;
        const message = `${records.length} records of ${name} were lost: ${String(error)}`;
        trace.emit({ kind: "warning", part: "delivery stream", message });
      }),
  });
  return {
    arn,
    metrics,
    accept(records) {
      metrics.count({
        IncomingRecords: records.length,
        IncomingBytes: records.reduce((sum, { data }) => sum + data.length, 0),
      });
      buffer.add(records);
    },
    async flush() {
      await buffer.flush();
      await metrics.idle();
    },
    async stop() {
      stopping.abort();
      await buffer.stop();
      await metrics.idle();
    },
  };
}

interface Tools {
  arn: string;
  stopped: AbortSignal;
  roleOf: (roleArn: string) => ReturnType<typeof firehoseRole>;
  writerOf: (bucket: BucketInputs) => BucketWriter;
}

interface Plan {
  destination: Destination;
  roleArn: string;
  /** Where error documents go. */
  errors: BucketWriter;
  /** Where everything goes, if it does. */
  backup: BucketWriter | undefined;
  processing: Parameters<typeof createTransform>[0];
  megabytes: number;
  seconds: number;
}

/** Takes apart the one configuration that belongs to the stream's destination. */
function planOf(args: DeliveryStreamArgs, tools: Tools): Plan {
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
  }: Pick<
    NonNullable<DeliveryStreamInputs["extendedS3Configuration"]>,
    "bufferingSize" | "bufferingInterval" | "processingConfiguration"
  >,
  roleArn: string,
) => ({
  roleArn,
  processing: processingConfiguration,
  megabytes: bufferingSize,
  seconds: bufferingInterval,
});
