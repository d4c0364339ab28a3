import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { parquetReadObjects } from "hyparquet";
import { connectAsync, type MqttClient } from "mqtt";
import * as assert from "node:assert/strict";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { deployProgram, type Deployment } from "../../local/deployment";
import { startPlatform, type Platform } from "../../local/platform";
import { python } from "../support/account";
import { directory, installMilliseconds } from "../support/emulator";

interface Reading {
  id: string;
  temperature: number | null;
}

describe("a program whose rules feed delivery streams", function () {
  this.timeout(120_000);
  let platform: Platform;
  let deployment: Deployment;
  let device: MqttClient;

  before(async function () {
    this.timeout(installMilliseconds);
    platform = await startPlatform({ directory, python: await python(), region: "eu-central-1" });
    const program = path.join(__dirname, "programs/firehose");
    deployment = await deployProgram({ ...platform, directory: program }, "local");
    const Statement = { Effect: "Allow", Action: "iot:*", Resource: "*" };
    platform.iotCore.addDevicePolicy({
      name: "everything",
      policy: JSON.stringify({ Version: "2012-10-17", Statement }),
    });
    const thing = await platform.iotCore.addThing("pump", ["everything"]);
    const { ca, certificate: cert, privateKey: key } = thing;
    device = await connectAsync(platform.iotCore.mqttUrl, { clientId: "pump", ca, cert, key });
  });
  after(async () => {
    await device?.endAsync(true);
    await deployment?.stop();
    await platform?.stop();
  });

  const publish = (topic: string, payload: unknown): Promise<unknown> =>
    device.publishAsync(topic, JSON.stringify(payload), { qos: 1 });

  /** The objects below a prefix that were not there before. */
  const seen = new Set<string>();
  async function fresh(prefix: string): Promise<{ key: string; bytes: Buffer }[]> {
    const s3 = platform.clients.get(S3Client);
    const Bucket = "firehose-lake";
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
    const keys = Contents.map(({ Key = "" }) => Key).filter((key) => !seen.has(key));
    return Promise.all(
      keys.map(async (key) => {
        seen.add(key);
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
        return { key, bytes: Buffer.from((await Body?.transformToByteArray()) ?? []) };
      }),
    );
  }

  const documents = (text: string): unknown[] =>
    text
      .trim()
      .split("\n")
      .map((line): unknown => JSON.parse(line));

  const stored = {
    lines: async (bytes: Buffer): Promise<unknown[]> => documents(gunzipSync(bytes).toString()),
    columns: (bytes: Buffer): Promise<unknown[]> =>
      parquetReadObjects({
        file: new Uint8Array(bytes).buffer,
      }),
  };

  const readings = (kind: string, count: number): Reading[] =>
    Array.from({ length: count }, (_, place) => ({
      id: `${kind}-${place}`,
      temperature: place / 2,
    }));
  const shaped = (list: Reading[]): Reading[] =>
    list.map((reading) => ({ ...reading, id: reading.id.toUpperCase() }));
  const byId = (list: unknown[]): Reading[] =>
    (list as Reading[]).sort((one, other) => (one.id < other.id ? -1 : 1));

  for (const [format, suffix] of [
    ["lines", ".gz"],
    ["columns", ".parquet"],
  ] as const) {
    it(`stores ${format} of single and batched messages, and keeps records that the function fails to process`, async () => {
      const [single, batched] = [readings("single", 25), readings("batched", 40)];
      const bad: Reading = { id: "bad", temperature: null };
      for (const reading of single) await publish(`${format}/single`, reading);
      await publish(`${format}/batch`, { readings: [...batched, bad] });
      await deployment.idle();
      const read = stored[format];
      const objects = await fresh(`firehose-${format}/`);
      assert.ok(objects.every(({ key }) => key.endsWith(suffix)));
      const rows = await Promise.all(objects.map(({ bytes }) => read(bytes)));
      assert.deepEqual(byId(rows.flat()), byId(shaped([...single, ...batched])));
      const errors = await fresh(`firehose-${format}-errors/`);
      assert.deepEqual(
        errors.map(({ key }) => key.split("/")[1]),
        ["processing-failed"],
      );
      const failed = documents(errors[0]?.bytes.toString() ?? "") as Record<string, string>[];
      assert.deepEqual(
        failed.map(({ errorCode, rawData = "" }) => [
          errorCode,
          JSON.parse(Buffer.from(rawData, "base64").toString()) as unknown,
        ]),
        [["Lambda.ProcessingFailedStatus", bad]],
      );
    });
  }

  it("sends records that the rule's role may not put to the error action", async () => {
    const reading = { id: "denied", temperature: 1 };
    await publish("denied", reading);
    await deployment.idle();
    const sqs = platform.clients.get(SQSClient);
    const QueueUrl = `${platform.clients.account.endpoint}/123456789012/firehose-failures`;
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    assert.equal(Messages.length, 1);
    const envelope = JSON.parse(Messages[0]?.Body ?? "{}") as {
      base64OriginalPayload: string;
      failures: { failedAction: string; failedResource: string; errorMessage: string }[];
    };
    assert.equal(
      Buffer.from(envelope.base64OriginalPayload, "base64").toString(),
      JSON.stringify(reading),
    );
    const [failure] = envelope.failures;
    assert.deepEqual(
      [failure?.failedAction, failure?.failedResource],
      ["FirehoseAction", "firehose-lines"],
    );
    assert.match(failure?.errorMessage ?? "", /firehose:PutRecord\b/);
    assert.deepEqual(await fresh(""), []);
  });

  it("loses no buffered record when it stops", async () => {
    const last = readings("last", 30);
    for (const format of ["lines", "columns"])
      for (const reading of last) await publish(`${format}/single`, reading);
    await platform.iotCore.idle();
    assert.deepEqual(await fresh(""), []);
    await deployment.stop();
    for (const format of ["lines", "columns"] as const) {
      const read = stored[format];
      const objects = await fresh(`firehose-${format}/`);
      const rows = await Promise.all(objects.map(({ bytes }) => read(bytes)));
      assert.deepEqual(byId(rows.flat()), byId(shaped(last)));
    }
  });
});
