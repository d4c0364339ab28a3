import { createMetrics, type Metrics } from "../cloudwatch";
import { createBucketWriter, type BucketWriter } from "./bucket-writer";
import { createBuffer } from "./buffer";
import type { BucketInputs } from "./delivery-inputs";
import { createDeliveryLog } from "./delivery-log";
import { planOf } from "./delivery-plan";
import type { DeliveryStreamArgs } from "./delivery-stream-args";
import type { FailedRecord, FirehoseRecord } from "./firehose-record";
import { refuseUnsupported } from "./refuse-unsupported";
import { firehoseRole } from "./role";
import { createTransform } from "./transformation";

export interface DeliveryStream {
  arn: string;
  /** What AWS counts in the namespace `AWS/Firehose`. */
  metrics: Metrics;
  accept(records: readonly FirehoseRecord[]): void;
  /** Delivers the buffered records at once; resolves when they are delivered or set aside. */
  flush(): Promise<void>;
  /** Delivers the buffered records, with one attempt each. */
  stop(): Promise<void>;
}

/** Buffers, transforms and delivers the records of one stream; writes those that fail to S3. */
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

  const log = createDeliveryLog(args, {
    streamArn: arn,
    destination: plan.destination.name,
    logging: plan.logging,
    role: roleOf(plan.roleArn),
  });

  async function deliver(records: FirehoseRecord[]): Promise<void> {
    const { destination, errors, backup } = plan;
    const failed = (count: number, { code, message }: FailedRecord): void => {
      const reason = `${code}: ${message}`;
      trace.emit({ kind: "buffer-failed", deliveryStream: name, records: count, reason });
      log.error(code, message);
    };
    const [first] = records;
    if (backup && first) {
      const body = Buffer.concat(records.map(({ data }) => data));
      await backup.write({ body, arrival: first.arrival });
      metrics.count({ "BackupToS3.Success": 1, "BackupToS3.Records": records.length });
    }
    const shaped = await transform(records);
    const [bad] = shaped.failed;
    if (bad) {
      failed(shaped.failed.length, bad);
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
      failed(rest.length, worst);
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
        const message = `${records.length} records of ${name} are lost: ${String(error)}`;
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
      await Promise.all([log.idle(), metrics.idle()]);
    },
    async stop() {
      stopping.abort();
      await buffer.flush();
      await Promise.all([log.idle(), metrics.idle()]);
    },
  };
}
