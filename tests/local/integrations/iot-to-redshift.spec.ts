import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { installMilliseconds } from "../../support/emulator";
import { eventually, one } from "./eventually";
import { illegible, unfit } from "./invalid";
import { assertQuarantined } from "./quarantine";
import { held } from "./queues";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

const integration = "iot-to-redshift";
const validator = "iot-to-redshift-row-shaper";

describe("iot-to-redshift on this machine", function () {
  this.timeout(120_000);
  let world: World;
  let workgroup: string;
  let lake: string;
  let queueUrl: string;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed();
    await world.deployment.idle();
    const outputs = world.outputs.of[integration] ?? {};
    workgroup = outputs.workgroup ?? "";
    lake = outputs.lakeBucket ?? "";
    queueUrl = outputs.queueUrl ?? "";
  });

  const query = (sql: string) => world.platform.dataApi.query(workgroup, sql);
  const rowsOf = (device: string) =>
    query(`SELECT * FROM iot.readings WHERE deviceid = '${device}' ORDER BY "timestamp"`);
  const s3 = () => world.platform.clients.get(S3Client);
  const sqs = () => world.platform.clients.get(SQSClient);

  /** Writes an object as Firehose does, and returns its key. */
  async function put(name: string, lines: object[] | string): Promise<string> {
    const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
    const key = `readings/${day}/${name}.gz`;
    const text =
      typeof lines === "string" ? lines : lines.map((line) => JSON.stringify(line)).join("\n");
    await s3().send(new PutObjectCommand({ Bucket: lake, Key: key, Body: gzipSync(text) }));
    return key;
  }

  const rowOf = (device: string) => ({
    ...{ readingId: device, receivedAt: Date.now() },
    ...readingOf(device),
  });

  const announce = (key: string) =>
    sqs().send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify({
          source: "aws.s3",
          "detail-type": "Object Created",
          detail: { bucket: { name: lake }, object: { key } },
        }),
      }),
    );

  it("loads each reading with every value, through Firehose, S3, EventBridge and COPY", async () => {
    const device = await world.device("redshift-delivery");
    const readings = [readingOf(device.name), { ...readingOf(device.name), message: "héllo\n" }];
    for (const reading of readings) await device.publish(reading);
    await world.deployment.idle();
    const rows = await eventually("the rows", async () => {
      await world.deployment.idle();
      const found = await rowsOf(device.name);
      return found.length === 2 && found;
    });
    assert.deepEqual(
      rows.map(({ readingid: _, receivedat: __, ...row }) => row),
      readings.map(({ deviceId, timestamp, temperature, humidity, pressure, status, ...rest }) => ({
        deviceid: deviceId,
        timestamp: String(timestamp),
        ...{ temperature, humidity, pressure, status },
        message: (rest as { message?: string }).message ?? null,
      })),
    );
    assert.deepEqual(await held(world, queueUrl), []);
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });

  it("loads an object once that is announced twice", async () => {
    const key = await put("twice", [rowOf("redshift-twice")]);
    await Promise.all([announce(key), announce(key)]);
    await eventually("the row", async () => (await rowsOf("redshift-twice")).length > 0);
    await world.deployment.idle();
    await announce(key);
    await world.deployment.idle();
    assert.equal((await rowsOf("redshift-twice")).length, 1);
    assert.equal(
      (await query(`SELECT * FROM iot.loaded_objects WHERE object = '${key}'`)).length,
      1,
    );
    assert.deepEqual(await held(world, queueUrl), []);
  });

  it("neither doubles nor loses rows if the answer to a COPY that is committed is lost", async () => {
    world.platform.dataApi.loseAnswers(1);
    await put("crash", [rowOf("redshift-crash")]);
    await eventually("the row", async () => (await rowsOf("redshift-crash")).length > 0);
    await world.deployment.idle();
    assert.equal((await rowsOf("redshift-crash")).length, 1);
    assert.deepEqual(await held(world, queueUrl), []);
  });

  it("quarantines each invalid message for its reason, with its bytes", async () => {
    const name = "redshift-invalid";
    await assertQuarantined(world, { integration, validator, buffered: true }, name, [
      ...illegible(name),
      ...unfit(name),
    ]);
    assert.deepEqual(await rowsOf(name), []);
  });

  it("announces an object again that no event announced", async () => {
    const key = await put("lost", [rowOf("redshift-lost")]);
    await eventually("the row", async () => (await rowsOf("redshift-lost")).length > 0);
    await world.deployment.idle();
    const { Contents = [] } = await s3().send(
      new ListObjectsV2Command({ Bucket: lake, Prefix: "readings/" }),
    );
    assert.ok(Contents.some(({ Key }) => Key === key));
    const sweeper = world.resource("aws:lambda/function:Function", "iot-to-redshift-sweeper");
    const { FunctionError } = await world.platform.clients
      .get(LambdaClient)
      .send(new InvokeCommand({ FunctionName: String(sweeper.plain.name) }));
    assert.equal(FunctionError, undefined);
    await world.deployment.idle();
    assert.equal((await rowsOf("redshift-lost")).length, 1);
  });

  it("refuses every statement that is not the integration's", async () => {
    await assert.rejects(
      world.platform.dataApi.define(workgroup, "DROP TABLE iot.readings"),
      /does not know this statement/,
    );
  });

  it("loads the good objects of a batch, and sets the bad one aside with the statement and Redshift's error", async () => {
    const { plain } = world.resource("aws:sqs/queue:Queue", "iot-to-redshift-queue");
    const hide = (seconds: unknown) =>
      sqs().send(
        new SetQueueAttributesCommand({
          QueueUrl: queueUrl,
          Attributes: { VisibilityTimeout: String(seconds) },
        }),
      );
    await hide(1);
    try {
      const bad = await put("bad", "no JSON\n");
      await put("good", [rowOf("redshift-good")]);
      const failuresUrl = world.outputs.of[integration]?.failuresUrl;
      const letter = await eventually("the bad object in the failures queue", async () => {
        const { Messages = [] } = await sqs().send(
          new ReceiveMessageCommand({ QueueUrl: failuresUrl, MessageAttributeNames: ["All"] }),
        );
        return one(Messages);
      });
      const { detail } = JSON.parse(letter.Body ?? "") as { detail: { object: { key: string } } };
      assert.equal(detail.object.key, bad);
      const { Error: error, StatementId: id } = letter.MessageAttributes ?? {};
      assert.match(error?.StringValue ?? "", /ERROR: Load into table 'readings' failed\./);
      const statement = world.platform.dataApi
        .statements()
        .find((one) => one.id === id?.StringValue);
      assert.deepEqual([statement?.name, statement?.status], [bad, "FAILED"]);
      assert.deepEqual(await query(`SELECT * FROM iot.loaded_objects WHERE object = '${bad}'`), []);
      await eventually("the good row", async () => (await rowsOf("redshift-good")).length > 0);
      assert.equal((await rowsOf("redshift-good")).length, 1);
      await sqs().send(
        new DeleteMessageCommand({ QueueUrl: failuresUrl, ReceiptHandle: letter.ReceiptHandle }),
      );
    } finally {
      await hide(plain.visibilityTimeoutSeconds);
    }
  });
});
