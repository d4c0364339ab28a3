import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { eventually } from "./eventually";
import { readingOf } from "./readings";
import type { World } from "./world";

/** What specs of iot-to-redshift do with its bucket, its queue and its warehouse. */
export interface WarehouseSpec {
  /** Reads the tables in DuckDB's SQL. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  rowsOf(device: string): Promise<Record<string, unknown>[]>;
  /** Resolves with the rows of a device once there are any. */
  loaded(device: string): Promise<Record<string, unknown>[]>;
  /** Writes an object as Firehose does, with a row of a device of this name or with other text; returns its key. */
  put(name: string, text?: string): Promise<string>;
  /** Undoes the load of an object with rows of one device, as if no event had ever announced it. */
  unload(key: string, device: string): Promise<void>;
  /** Runs the sweeper; returns its error as text, empty if it has none. */
  sweep(): Promise<string>;
  /** A failed message is hidden for 30 minutes; here for two seconds while `during` runs. */
  quickly<T>(name: string, during: () => Promise<T>): Promise<T>;
}

const idOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

export function warehouseOf(world: World): WarehouseSpec {
  const { clients, dataApi } = world.platform;
  const { workgroup = "", lakeBucket, queueUrl } = world.outputs.of["iot-to-redshift"] ?? {};
  const query = (sql: string) => dataApi.query(workgroup, sql);
  const rowsOf = (device: string) =>
    query(`SELECT * FROM iot.readings WHERE deviceid = '${device}' ORDER BY "timestamp"`);
  const loaded = (device: string) =>
    eventually(`the rows of ${device}`, async () => {
      const rows = await rowsOf(device);
      return rows.length > 0 && rows;
    });
  const hide = (seconds: unknown) =>
    clients.get(SQSClient).send(
      new SetQueueAttributesCommand({
        QueueUrl: queueUrl,
        Attributes: { VisibilityTimeout: String(seconds) },
      }),
    );
  const rowOf = (device: string) =>
    JSON.stringify({ readingId: idOf(device), receivedAt: Date.now(), ...readingOf(device) });
  async function put(name: string, text = rowOf(name)): Promise<string> {
    const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
    const Key = `readings/${day}/${name}.gz`;
    await clients
      .get(S3Client)
      .send(new PutObjectCommand({ Bucket: lakeBucket, Key, Body: gzipSync(text) }));
    return Key;
  }
  return {
    query,
    rowsOf,
    loaded,
    put,
    async unload(key, device) {
      await query(`DELETE FROM iot.loaded_objects WHERE object = '${key}'`);
      await query(`DELETE FROM iot.readings WHERE deviceid = '${device}'`);
    },
    async sweep() {
      const { plain } = world.resource("aws:lambda/function:Function", "iot-to-redshift-sweeper");
      const { FunctionError, Payload } = await clients
        .get(LambdaClient)
        .send(new InvokeCommand({ FunctionName: String(plain.name) }));
      return FunctionError === undefined ? "" : Buffer.from(Payload ?? []).toString();
    },
    async quickly(name, during) {
      const { plain } = world.resource("aws:sqs/queue:Queue", "iot-to-redshift-queue");
      await hide(2);
      try {
        // A receive call that was already waiting hides its messages for the time with which it started.
        await put(`${name}-first`);
        await loaded(`${name}-first`);
        return await during();
      } finally {
        await hide(plain.visibilityTimeoutSeconds);
      }
    },
  };
}
