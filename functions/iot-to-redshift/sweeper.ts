import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { log } from "../shared/log";
import { required } from "../shared/settings";
import { queryApi } from "./data-api";
import { eventOf, isDataKey, type Lake } from "./objects";
import { createLedger, type Clock, type Ledger } from "./warehouse";
import { readWarehouseSettings, systemClock, type WarehouseSettings } from "./warehouse-settings";

export interface Settings extends WarehouseSettings {
  lake: Lake;
  /** The queue of the loader. */
  queueUrl: string;
  /** Objects younger than this may still be on their way. */
  youngestMilliseconds: number;
  /** Earlier sweeps have looked at objects older than this. */
  oldestMilliseconds: number;
  /** From the start of an invocation until it stops waiting for Redshift. */
  budgetMilliseconds: number;
}

/** An object of the bucket. */
export interface Listed {
  key: string;
  /** In ms since the epoch. */
  modifiedAt: number;
}

/** The calls that the handler makes. */
export interface Ports {
  ledger: Ledger;
  list: (prefix: string) => Promise<Listed[]>;
  /** Throws unless the queue takes all of them. */
  announce: (bodies: string[]) => Promise<void>;
  now: Clock["now"];
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  ...readWarehouseSettings(env),
  lake: {
    bucketName: required(env, "LAKE_BUCKET_NAME"),
    dataPrefix: required(env, "DATA_PREFIX"),
  },
  queueUrl: required(env, "QUEUE_URL"),
  youngestMilliseconds: Number(required(env, "YOUNGEST_MILLISECONDS")),
  oldestMilliseconds: Number(required(env, "OLDEST_MILLISECONDS")),
  budgetMilliseconds: Number(required(env, "BUDGET_MILLISECONDS")),
});

/**
 * Announces objects without a row in the ledger to the loader again, since nothing else would notice an event that never arrived. A
 * needless announcement does no harm: the loader reads the ledger first.
 */
export function createHandler(
  settings: Settings,
  { ledger, list, announce, now }: Ports = awsPorts(settings),
): () => Promise<void> {
  const { lake, youngestMilliseconds, oldestMilliseconds, budgetMilliseconds } = settings;
  return async () => {
    const start = now();
    const [from, to] = [start - oldestMilliseconds, start - youngestMilliseconds];
    const keys: string[] = [];
    for (const prefix of daysBetween(from, to)) {
      const listed = await list(`${lake.dataPrefix}${prefix}/`);
      for (const { key, modifiedAt } of listed)
        if (modifiedAt >= from && modifiedAt <= to && isDataKey(key, lake.dataPrefix))
          keys.push(key);
    }
    // Without objects, Redshift stays asleep and costs nothing.
    if (keys.length === 0) return;
    const loaded = await ledger.loadedAmong(keys, start + budgetMilliseconds);
    const missing = keys.filter((key) => !loaded.has(key));
    if (missing.length > 0) {
      log("warn", "objects without a row in the ledger", { objects: missing.length });
      await announce(missing.map((key) => eventOf(lake.bucketName, key)));
    }
  };
}

/** `yyyy/MM/dd` of each day in UTC, with the day before the first: Firehose names objects by the arrival of their first record. */
function daysBetween(from: number, to: number): string[] {
  const day = 86_400_000;
  const days: string[] = [];
  for (let at = Math.floor(from / day) - 1; at <= Math.floor(to / day); at++)
    days.push(new Date(at * day).toISOString().slice(0, 10).replace(/-/g, "/"));
  return days;
}

function awsPorts(settings: Settings): Ports {
  const { lake, queueUrl } = settings;
  const s3 = new S3Client({});
  const sqs = new SQSClient({});
  return {
    ledger: createLedger({ api: queryApi(settings), clock: systemClock, ...settings }),
    list: async (prefix) => {
      const listed: Listed[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.send(
          new ListObjectsV2Command({
            Bucket: lake.bucketName,
            Prefix: prefix,
            ...(ContinuationToken && { ContinuationToken }),
          }),
        );
        for (const { Key, LastModified } of page.Contents ?? [])
          if (Key && LastModified) listed.push({ key: Key, modifiedAt: LastModified.getTime() });
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken);
      return listed;
    },
    announce: async (bodies) => {
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
      for (let from = 0; from < bodies.length; from += 10) {
        const { Failed = [] } = await sqs.send(
          new SendMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: bodies
              .slice(from, from + 10)
              .map((MessageBody, index) => ({ Id: String(index), MessageBody })),
          }),
        );
        if (Failed.length > 0)
          throw new Error(`The queue of the loader refused ${Failed.length} announcements.`);
      }
    },
    now: systemClock.now,
  };
}
