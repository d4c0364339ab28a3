import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { resourceOf } from "../delivery/arns";
import { pause } from "../delivery/pause";
import type { Caller } from "../delivery/targets/target";
import type { Clock } from "./clock";
import type { BucketInputs } from "./delivery-inputs";
import { errorLine, type FailedRecord } from "./firehose-record";
import { formatTime } from "./java-time";
import { evaluatePrefix } from "./prefix";

export interface BucketWriterArgs {
  caller: Caller;
  streamName: string;
  bucket: BucketInputs;
  zone?: string;
  clock: Clock;
  retryDelayMilliseconds: number;
  /** Receives, once per reason, why the bucket refuses an object. */
  warn: (message: string) => void;
  stopped: AbortSignal;
}

/** The content of a data object. */
interface ObjectContent {
  body: Uint8Array;
  /** The earliest arrival among its records. */
  arrival: number;
  partitionKeys?: Record<string, string>;
  /** @default what the compression implies */
  extension?: string;
}

export interface BucketWriter {
  /** Writes an object and resolves with its key. Firehose retries for a day; this retries until it is stopped, and once after. */
  write(content: ObjectContent): Promise<string>;
  /** Writes the error documents of records, uncompressed. */
  writeErrors(errorType: string, failed: readonly FailedRecord[]): Promise<void>;
}

/**
 * Writes objects as the stream's role, under the names that Firehose gives them.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
 */
export function createBucketWriter(args: BucketWriterArgs): BucketWriter {
  const { caller, streamName, bucket, zone, clock, retryDelayMilliseconds, stopped } = args;
  const Bucket = resourceOf(bucket.bucketArn);
  const gzip = bucket.compressionFormat === "GZIP";

  const nameOf = (arrival: number): string =>
    `${streamName}-1-${formatTime("yyyy-MM-dd-HH-mm-ss", new Date(arrival), zone)}-${randomUUID()}`;

  async function put(Key: string, Body: Uint8Array): Promise<void> {
    let lastReason: string | undefined;
    for (let tries = 0; ; tries++) {
      const last = stopped.aborted;
      try {
        const s3 = caller.clients.get(S3Client, await caller.credentials());
        await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
        return;
      } catch (error) {
        const reason = String(error);
        if (reason !== lastReason)
          args.warn(`${Bucket} did not take an object, trying again: ${reason}`);
        lastReason = reason;
        if (last) throw error;
        await pause(retryDelayMilliseconds * 2 ** Math.min(tries, 6), stopped);
      }
    }
  }

  return {
    async write({ body, arrival, partitionKeys, extension }) {
      const facts = {
        time: new Date(arrival),
        ...(zone && { zone }),
        ...(partitionKeys && { partitionKeys }),
      };
      const key = `${evaluatePrefix(bucket, facts)}${nameOf(arrival)}${extension ?? (gzip ? ".gz" : "")}`;
      await put(key, gzip ? gzipSync(body) : body);
      return key;
    },
    async writeErrors(errorType, failed) {
      const [first] = failed;
      if (!first) return;
      const { arrival } = first.record;
      const facts = { time: new Date(arrival), errorType, ...(zone && { zone }) };
      const lines = failed.map((one) => errorLine(one, clock.now())).join("");
      await put(`${evaluatePrefix(bucket, facts)}${nameOf(arrival)}`, Buffer.from(lines));
    },
  };
}
