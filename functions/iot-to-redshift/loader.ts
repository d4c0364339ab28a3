import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { createHash } from "node:crypto";
import { describeError, log } from "../shared/log";
import { count } from "../shared/metrics";
import { required } from "../shared/settings";
import { dataApi } from "./data-api";
import { failuresQueue, type SetAside, type Unloaded } from "./failures";
import { keyIn, type Lake } from "./objects";
import { manifestOf } from "./statements";
import { createWarehouse, type Clock, type Warehouse } from "./warehouse";
import { readWarehouseSettings, systemClock, type WarehouseSettings } from "./warehouse-settings";

export interface Settings extends WarehouseSettings {
  lake: Lake;
  /** Begins the keys of manifests; ends in `/`. */
  manifestPrefix: string;
  failuresQueueUrl: string;
  /** Deliveries of a message after which the loader sends it to the failures queue with its error. */
  mostAttempts: number;
  /** From the start of an invocation until it stops waiting for Redshift. */
  budgetMilliseconds: number;
}

/** The calls that the handler makes. */
export interface Ports {
  warehouse: Warehouse;
  writeManifest: (key: string, manifest: string) => Promise<void>;
  setAside: SetAside;
  now: Clock["now"];
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  ...readWarehouseSettings(env),
  lake: {
    bucketName: required(env, "LAKE_BUCKET_NAME"),
    dataPrefix: required(env, "DATA_PREFIX"),
  },
  manifestPrefix: required(env, "MANIFEST_PREFIX"),
  failuresQueueUrl: required(env, "FAILURES_QUEUE_URL"),
  mostAttempts: Number(required(env, "MOST_ATTEMPTS")),
  budgetMilliseconds: Number(required(env, "BUDGET_MILLISECONDS")),
});

/** An object, and all messages of the batch that announce it. */
interface Announced {
  key: string;
  records: SQSRecord[];
}

/** An object that was not loaded. */
interface NotLoaded extends Announced {
  error: string;
  statementId?: string;
}

/**
 * Loads the announced objects into Redshift, each exactly once. The ledger decides: an object that has a row is acknowledged, whatever
 * announced it again. The others are loaded in one transaction; if it fails, each object is loaded by itself, so that a bad one keeps
 * nothing else out. An object that fails returns to the queue and, at its last attempt, goes to the failures queue with Redshift's error.
 */
export function createHandler(
  settings: Settings,
  { warehouse, writeManifest, setAside, now }: Ports = awsPorts(settings),
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const { lake, manifestPrefix, mostAttempts, budgetMilliseconds } = settings;

  /** Loads objects in one transaction; returns those that are not loaded. */
  async function load(objects: Announced[], deadline: number): Promise<NotLoaded[]> {
    if (objects.length === 0) return [];
    const keys = objects.map(({ key }) => key);
    const token = tokenOf(objects);
    const manifestKey = `${manifestPrefix}${token}.json`;
    try {
      await writeManifest(manifestKey, manifestOf(lake.bucketName, keys));
      const manifestUrl = `s3://${lake.bucketName}/${manifestKey}`;
      const failure = await warehouse.load({ keys, manifestUrl, token }, deadline);
      return failure ? objects.map((object) => ({ ...object, ...failure })) : [];
    } catch (error) {
      return objects.map((object) => ({ ...object, error: describeError(error) }));
    }
  }

  /** Loads what the ledger lacks; returns what is not loaded, and how many objects this batch has loaded. */
  async function loadMissing(
    objects: Announced[],
    deadline: number,
  ): Promise<{ failed: NotLoaded[]; loaded: number }> {
    let missing: Announced[] = objects;
    let loaded = 0;
    let failed: NotLoaded[] = [];
    try {
      missing = await withoutLoaded(objects, deadline);
      failed = await load(missing, deadline);
      loaded += missing.length - failed.length;
      // Another invocation may have loaded some of them, or one is bad.
      if (failed.length > 1) {
        const remaining = await withoutLoaded(failed, deadline);
        failed = [];
        for (const object of remaining) {
          const late = now() >= deadline;
          failed.push(...(late ? [object] : await load([object], deadline)));
        }
        loaded += remaining.length - failed.length;
      }
      if (failed.length > 0) failed = await withoutLoaded(failed, deadline);
      return { failed, loaded };
    } catch (error) {
      const unknown = failed.length > 0 ? failed : missing;
      return { failed: unknown.map((one) => ({ error: describeError(error), ...one })), loaded };
    }
  }

  async function withoutLoaded<T extends Announced>(objects: T[], deadline: number): Promise<T[]> {
    if (objects.length === 0) return [];
    const keys = objects.map(({ key }) => key);
    const loaded = await warehouse.loadedAmong(keys, deadline);
    return objects.filter(({ key }) => !loaded.has(key));
  }

  return async ({ Records }) => {
    const deadline = now() + budgetMilliseconds;
    const { objects, refused } = announcedIn(Records, lake);
    const { failed, loaded } = await loadMissing(objects, deadline);
    const returned: string[] = [];
    const aside: { id: string; message: Unloaded }[] = refused;
    for (const { key, records, error, statementId } of failed) {
      log("error", "object not loaded", { key, error, statementId });
      for (const record of records) {
        if (attemptOf(record) < mostAttempts) returned.push(record.messageId);
        else
          aside.push({
            id: record.messageId,
            message: { body: record.body, error, ...(statementId && { statementId }) },
          });
      }
    }
    const missed = await setAside(aside.map(({ message }) => message));
    // The queue keeps what the failures queue did not take.
    returned.push(...missed.flatMap((index) => aside[index]?.id ?? []));
    count("iot-to-redshift", {
      Processed: Records.length,
      Stored: loaded,
      Failed: returned.length + aside.length - missed.length,
    });
    return { batchItemFailures: returned.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

const attemptOf = ({ attributes }: SQSRecord): number => Number(attributes.ApproximateReceiveCount);

/**
 * A hash of the objects and of this delivery of their messages. The Data API runs one statement per token, so a request that the SDK
 * repeats loads nothing twice, while a later delivery of the same messages is a new attempt.
 */
function tokenOf(objects: Announced[]): string {
  const parts = objects.map(({ key, records }) =>
    [key, ...records.map((record) => `${record.messageId} ${attemptOf(record)}`).sort()].join("\n"),
  );
  return createHash("sha256").update(parts.sort().join("\n\n")).digest("hex");
}

function announcedIn(records: SQSRecord[], lake: Lake) {
  const byKey = new Map<string, Announced>();
  const refused: { id: string; message: Unloaded }[] = [];
  for (const record of records) {
    const key = keyIn(record.body, lake);
    if (typeof key !== "string") {
      log("error", "message refused", { messageId: record.messageId, error: key.problem });
      const message = { body: record.body, error: key.problem };
      refused.push({ id: record.messageId, message });
      continue;
    }
    const known = byKey.get(key);
    if (known) known.records.push(record);
    else byKey.set(key, { key, records: [record] });
  }
  return { objects: [...byKey.values()], refused };
}

function awsPorts(settings: Settings): Ports {
  const s3 = new S3Client({});
  const { lake, failuresQueueUrl } = settings;
  return {
    warehouse: createWarehouse({ api: dataApi(settings), clock: systemClock, ...settings }),
    writeManifest: async (key, manifest) => {
      await s3.send(new PutObjectCommand({ Bucket: lake.bucketName, Key: key, Body: manifest }));
    },
    setAside: failuresQueue(new SQSClient({}), failuresQueueUrl),
    now: systemClock.now,
  };
}
