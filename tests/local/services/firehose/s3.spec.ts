import * as assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { FirehoseClient, PutRecordCommand } from "@aws-sdk/client-firehose";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { FirehoseTransformationEvent } from "aws-lambda";
import { parquetReadObjects } from "hyparquet";
import { assumeRole } from "../../../../local/aws/assume-role";
import { invoke } from "../../../../local/services/delivery/invoke";
import type {
  ConversionInputs,
  ProcessingInputs,
} from "../../../../local/services/firehose/delivery-inputs";
import { createWorld, type Bucket, type World } from "../world";
import { createFirehoseWorld, writeTo, type FirehoseWorld } from "./firehose-world";

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

describe("delivery stream to S3", () => {
  let world: World;
  let firehose: FirehoseWorld;

  before(async () => {
    world = await createWorld();
    firehose = await createFirehoseWorld(world, {
      columnsOf: async ({ tableName }) =>
        tableName === "readings"
          ? [
              { name: "id", type: "string" },
              { name: "value", type: "double" },
            ]
          : [{ name: "list", type: "array<int>" }],
    });
  });
  after(async () => {
    await firehose.end();
    await world.end();
  });

  const bytesOf = async (bucket: Bucket, Key: string): Promise<Buffer> => {
    const { Body } = await world.clients
      .get(S3Client)
      .send(new GetObjectCommand({ Bucket: bucket.name, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const keysOf = async (bucket: Bucket): Promise<string[]> => {
    const { Contents = [] } = await world.clients
      .get(S3Client)
      .send(new ListObjectsV2Command({ Bucket: bucket.name }));
    return Contents.map(({ Key = "" }) => Key);
  };
  const documents = (text: string): Record<string, unknown>[] =>
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  const byFunction = (functionArn: string, retries = 3): ProcessingInputs => ({
    enabled: true,
    processors: [
      {
        type: "Lambda",
        parameters: [
          { parameterName: "LambdaArn", parameterValue: functionArn },
          { parameterName: "NumberOfRetries", parameterValue: String(retries) },
        ],
      },
    ],
  });

  it("writes buffered records, in order, to one object when its interval is over", async () => {
    const { name, bucket, s3 } = await firehose.place();
    const stream = await firehose.add({
      name,
      destination: "extended_s3",
      extendedS3Configuration: { ...s3, prefix: "raw/", bufferingInterval: 60 },
    });
    await firehose.put(name, "a\n", "b\n");
    await firehose.put(name, "c\n");
    assert.deepEqual(await keysOf(bucket), []);
    const delivered = world.trace.until(
      "a delivery",
      (event) => event.kind === "buffer-delivered" && event.deliveryStream === name,
    );
    firehose.time.move(60_000);
    assert.deepEqual(await delivered, {
      kind: "buffer-delivered",
      deliveryStream: name,
      destination: bucket.arn,
      records: 3,
    });
    const objects = [...(await bucket.objects())];
    assert.equal(objects.length, 1);
    const [key = "", text] = objects[0] ?? [];
    assert.equal(text, "a\nb\nc\n");
    const started = new Date(firehose.time.clock.now() - 60_000).toISOString();
    const stamp = started.slice(0, 19).replace("T", "-").replaceAll(":", "-");
    const hour = started.slice(0, 13).replaceAll("-", "/").replace("T", "/");
    assert.match(key, new RegExp(`^raw/${hour}/${name}-1-${stamp}-${uuid}$`));
    assert.deepEqual(stream.metrics.totals, {
      IncomingRecords: 3,
      IncomingBytes: 6,
      "DeliveryToS3.Success": 1,
      "DeliveryToS3.Records": 3,
    });
  });

  it("compresses an object", async () => {
    const { name, bucket, s3 } = await firehose.place();
    await firehose.add({
      name,
      destination: "extended_s3",
      extendedS3Configuration: { ...s3, compressionFormat: "GZIP" },
    });
    await firehose.put(name, "a", "b");
    await firehose.streams.idle();
    const [key = ""] = await keysOf(bucket);
    assert.match(key, /\.gz$/);
    assert.equal(gunzipSync(await bytesOf(bucket, key)).toString(), "ab");
  });

  it("accepts records only from roles and functions with the permission", async () => {
    const { name, arn, bucket, s3 } = await firehose.place();
    await firehose.add({ name, destination: "extended_s3", extendedS3Configuration: s3 });
    const put = { Action: ["firehose:PutRecord"], Resource: arn };
    const topicRule = "arn:aws:iot:eu-central-1:123456789012:rule/r";
    const rule = { service: "iot.amazonaws.com", sourceArn: topicRule };
    const as = async (allowed: boolean): Promise<unknown> => {
      const role = await world.role(rule, allowed ? [put] : []);
      const credentials = await assumeRole(firehose.clients, {
        roleArn: role.arn,
        servicePrincipal: rule.service,
        sourceArn: topicRule,
      });
      return firehose.clients.get(FirehoseClient, credentials).send(
        new PutRecordCommand({
          DeliveryStreamName: name,
          Record: { Data: Buffer.from("role ") },
        }),
      );
    };
    await as(true);
    await assert.rejects(as(false), { name: "AccessDeniedException" });
    const code = `
      const { FirehoseClient, PutRecordCommand } = require("@aws-sdk/client-firehose");
      const firehose = new FirehoseClient({ endpoint: ${JSON.stringify(firehose.tap.endpoint)} });
      await firehose.send(new PutRecordCommand({ DeliveryStreamName: "${name}", Record: { Data: Buffer.from("function ") } }));`;
    const [may, mayNot] = [await world.lambda(code, [put]), await world.lambda(code)];
    const first = await invoke(world.clients, may.arn, {});
    assert.equal(first.kind, "returned");
    const second = await invoke(world.clients, mayNot.arn, {});
    assert.match(second.kind === "failed" ? second.reason : "", /not authorized to perform/);
    await firehose.streams.idle();
    assert.deepEqual([...(await bucket.objects()).values()], ["role function "]);
  });

  it("transforms records by a function: delivers, drops, or keeps them with the reason", async () => {
    const fn = await world.lambda(
      `return { records: event.records.map((r) => {
         const text = Buffer.from(r.data, "base64").toString();
         const result = { drop: "Dropped", bad: "ProcessingFailed" }[text] ?? "Ok";
         return { recordId: r.recordId, result, data: Buffer.from(text.toUpperCase() + "\\n").toString("base64") };
       }).filter((r) => r.data !== Buffer.from("LOST\\n").toString("base64")) };`,
    );
    const { name, arn, bucket, s3 } = await firehose.place([
      { Action: ["lambda:InvokeFunction"], Resource: fn.arn },
    ]);
    const stream = await firehose.add({
      name,
      destination: "extended_s3",
      extendedS3Configuration: {
        ...s3,
        prefix: "ok/",
        errorOutputPrefix: "bad/!{firehose:error-output-type}/",
        processingConfiguration: byFunction(fn.arn),
      },
    });
    const arrival = firehose.time.clock.now();
    const ids = await firehose.put(name, "one", "drop", "bad", "lost");
    await firehose.streams.idle();
    const [event] = fn.events<FirehoseTransformationEvent>();
    assert.deepEqual(event, {
      invocationId: event?.invocationId,
      deliveryStreamArn: arn,
      region: "eu-central-1",
      records: ["one", "drop", "bad", "lost"].map((text, place) => ({
        recordId: ids[place],
        approximateArrivalTimestamp: arrival,
        data: Buffer.from(text).toString("base64"),
      })),
    });
    const objects = await bucket.objects();
    const under = (prefix: string): string | undefined =>
      [...objects].find(([key]) => key.startsWith(prefix))?.[1];
    assert.equal(objects.size, 2);
    assert.equal(under("ok/"), "ONE\n");
    const failed = (text: string, errorCode: string, errorMessage: string) => ({
      attemptsMade: 1,
      arrivalTimestamp: arrival,
      errorCode,
      errorMessage,
      attemptEndingTimestamp: arrival,
      rawData: Buffer.from(text).toString("base64"),
      lambdaArn: fn.arn,
    });
    assert.deepEqual(documents(under("bad/processing-failed/") ?? ""), [
      failed("bad", "Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record"),
      failed("lost", "Lambda.MissingRecordId", "The function returned no record of this id."),
    ]);
    assert.equal(stream.metrics.totals["ExecuteProcessing.Success"], 0);
  });

  it("keeps the records of a function that fails, or that it may not invoke", async () => {
    for (const allowed of [true, false]) {
      const fn = await world.lambda(`throw new Error("cannot shape");`);
      const { name, bucket, s3 } = await firehose.place(
        allowed ? [{ Action: ["lambda:InvokeFunction"], Resource: fn.arn }] : [],
      );
      await firehose.add({
        name,
        destination: "extended_s3",
        extendedS3Configuration: { ...s3, processingConfiguration: byFunction(fn.arn, 1) },
      });
      await firehose.put(name, "one");
      await firehose.streams.idle();
      const objects = [...(await bucket.objects())];
      assert.equal(objects.length, 1);
      const [key = "", text = ""] = objects[0] ?? [];
      assert.match(key, /^processing-failed\/\d{4}\/\d\d\/\d\d\/\d\d\//);
      const [document] = documents(text);
      assert.deepEqual(
        [document?.["attemptsMade"], document?.["errorCode"], document?.["rawData"]],
        [
          2,
          allowed ? "Lambda.FunctionError" : "Lambda.InvokeAccessDenied",
          Buffer.from("one").toString("base64"),
        ],
      );
      assert.equal(fn.events().length, allowed ? 2 : 0);
    }
  });

  it("ends records with a delimiter, and keeps the originals in a second bucket", async () => {
    const { name, bucket, s3 } = await firehose.place();
    const backup = await world.bucket();
    const role = await world.role(
      {
        service: "firehose.amazonaws.com",
        sourceArn: `arn:aws:firehose:eu-central-1:123456789012:deliverystream/${name}`,
      },
      [writeTo(backup.arn)],
    );
    await firehose.add({
      name,
      destination: "extended_s3",
      extendedS3Configuration: {
        ...s3,
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: "AppendDelimiterToRecord",
              parameters: [{ parameterName: "Delimiter", parameterValue: "\\n" }],
            },
          ],
        },
        s3BackupMode: "Enabled",
        s3BackupConfiguration: { bucketArn: backup.arn, roleArn: role.arn },
      },
    });
    await firehose.put(name, "a", "b");
    await firehose.streams.idle();
    assert.deepEqual([...(await bucket.objects()).values()], ["a\nb\n"]);
    assert.deepEqual([...(await backup.objects()).values()], ["ab"]);
  });

  it("writes an object for each partition, and keeps records without a key", async () => {
    const fn = await world.lambda(
      `return { records: event.records.map((r) => {
         const { id } = JSON.parse(Buffer.from(r.data, "base64").toString());
         return { recordId: r.recordId, result: "Ok", data: r.data, metadata: { partitionKeys: id ? { id } : {} } };
       }) };`,
    );
    const { name, bucket, s3 } = await firehose.place([
      { Action: ["lambda:InvokeFunction"], Resource: fn.arn },
    ]);
    await firehose.add({
      name,
      destination: "extended_s3",
      extendedS3Configuration: {
        ...s3,
        prefix: "id=!{partitionKeyFromLambda:id}/",
        errorOutputPrefix: "bad/!{firehose:error-output-type}/",
        bufferingSize: 64,
        dynamicPartitioningConfiguration: { enabled: true },
        processingConfiguration: byFunction(fn.arn),
      },
    });
    await firehose.put(name, `{"id":"a","n":1}`, `{"id":"b"}`, `{"id":"a","n":2}`, `{}`);
    await firehose.streams.idle();
    const objects = [...(await bucket.objects())].map(([key, text]): [string, string] => [
      key.split("/")[0] ?? "",
      text,
    ]);
    const byPrefix = new Map(objects);
    assert.equal(objects.length, 3);
    assert.equal(byPrefix.get("id=a"), `{"id":"a","n":1}{"id":"a","n":2}`);
    assert.equal(byPrefix.get("id=b"), `{"id":"b"}`);
    const [document] = documents(byPrefix.get("bad") ?? "");
    assert.equal(document?.["rawData"], Buffer.from("{}").toString("base64"));
  });

  describe("as Parquet", () => {
    const conversion = (tableName: string, roleArn: string): ConversionInputs => ({
      inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
      outputFormatConfiguration: { serializer: { parquetSerDe: {} } },
      schemaConfiguration: { databaseName: "lake", tableName, roleArn },
    });
    const arnOf = (name: string): string => `arn:aws:glue:eu-central-1:123456789012:${name}`;
    /** Where AWS asks for the permission to read a table, as AWS orders it. */
    const levels = ["catalog", "database/lake", "table/lake/readings"].map(arnOf);
    const reading = [...levels, arnOf("table/lake/lists")];

    const deliver = async (tableName: string, readable: string[], ...texts: string[]) => {
      const { name, bucket, s3, role } = await firehose.place(
        readable.map((Resource) => ({ Action: ["glue:GetTableVersions"], Resource })),
      );
      await firehose.add({
        name,
        destination: "extended_s3",
        extendedS3Configuration: {
          ...s3,
          bufferingSize: 64,
          dataFormatConversionConfiguration: conversion(tableName, role.arn),
        },
      });
      await firehose.put(name, ...texts);
      await firehose.streams.idle();
      const keys = await keysOf(bucket);
      const failed = keys.find((key) => key.startsWith("format-conversion-failed/"));
      const written = keys.find((key) => key !== failed);
      return {
        key: written,
        rows: written
          ? await parquetReadObjects({
              file: new Uint8Array(await bytesOf(bucket, written)).buffer,
            })
          : [],
        failed: failed ? documents((await bytesOf(bucket, failed)).toString()) : [],
      };
    };

    it("writes records that match the table's columns, and keeps the others with AWS's document", async () => {
      const arrival = firehose.time.clock.now();
      const {
        key = "",
        rows,
        failed,
      } = await deliver("readings", reading, `{"id":"p-1","value":1.5}`, "no JSON", `{"id":"p-2"}`);
      assert.match(key, /\.parquet$/);
      assert.deepEqual(rows, [
        { id: "p-1", value: 1.5 },
        { id: "p-2", value: null },
      ]);
      assert.deepEqual(failed, [
        {
          attemptsMade: 1,
          arrivalTimestamp: arrival,
          lastErrorCode: "DataFormatConversion.MalformedData",
          lastErrorMessage: "The record is not made of JSON objects.",
          attemptEndingTimestamp: arrival,
          rawData: Buffer.from("no JSON").toString("base64"),
          dataCatalogTable: {
            catalogId: "123456789012",
            databaseName: "lake",
            tableName: "readings",
            region: "eu-central-1",
            versionId: "LATEST",
          },
        },
      ]);
    });

    it("keeps all records if the schema has unknown types", async () => {
      const { rows, failed } = await deliver("lists", reading, `{"id":"p-1"}`);
      assert.deepEqual(rows, []);
      assert.deepEqual(
        failed.map((document) => document["lastErrorCode"]),
        ["DataFormatConversion.InvalidSchema"],
      );
    });

    for (const level of levels)
      it(`keeps all records if the role may not read ${level}`, async () => {
        const readable = reading.filter((other) => other !== level);
        const { rows, failed } = await deliver("readings", readable, `{"id":"p-1"}`);
        assert.deepEqual(rows, []);
        assert.deepEqual(
          failed.map((document) => [document["lastErrorCode"], document["lastErrorMessage"]]),
          [
            [
              "DataFormatConversion.AccessDenied",
              `glue:GetTableVersions on ${level}: no statement allows it.`,
            ],
          ],
        );
      });
  });

  it("keeps records until its role may write them, and reports the reason", async () => {
    const { name, bucket, role, s3 } = await firehose.place([], false);
    await firehose.add({ name, destination: "extended_s3", extendedS3Configuration: s3 });
    const warned = world.trace.until("a warning", ({ kind }) => kind === "warning");
    await firehose.put(name, "a");
    const idle = firehose.streams.idle();
    const warning = await warned;
    assert.match(
      warning.kind === "warning" ? warning.message : "",
      new RegExp(`^Delivery stream ${name}: ${bucket.name} did not take an object.*AccessDenied`),
    );
    await world.allow(role.name, [writeTo(bucket.arn)]);
    await idle;
    assert.deepEqual([...(await bucket.objects()).values()], ["a"]);
  });

  for (const [what, condition] of [
    [
      "the stream, which Firehose does not send",
      (arn: string) => ({ ArnEquals: { "aws:SourceArn": arn } }),
    ],
    ["another account", () => ({ StringEquals: { "sts:ExternalId": "999999999999" } })],
  ] as const)
    it(`does not write with a role that requires ${what}`, async () => {
      const { name, arn, bucket, s3 } = await firehose.place();
      const trust = {
        service: "firehose.amazonaws.com",
        sourceArn: arn,
        condition: condition(arn),
      };
      const stream = await firehose.add({
        name,
        destination: "extended_s3",
        extendedS3Configuration: { ...s3, roleArn: (await world.role(trust)).arn },
      });
      const warned = world.trace.until("a warning", ({ kind }) => kind === "warning");
      await firehose.put(name, "a");
      void stream.flush();
      const warning = await warned;
      await stream.stop();
      assert.match(warning.kind === "warning" ? warning.message : "", /trust policy of the role/);
      assert.equal((await bucket.objects()).size, 0);
    });
});
