import * as assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type {
  HttpEndpointInputs,
  SplunkInputs,
} from "../../../../local/services/firehose/delivery-inputs";
import { createWorld, next, type World } from "../world";
import { startEndpoint, type Asked } from "./endpoint";
import { createFirehoseWorld, type FirehoseWorld } from "./firehose-world";

type Answer = Parameters<typeof startEndpoint>[0];

describe("delivery stream to an endpoint", () => {
  let world: World;
  let firehose: FirehoseWorld;
  let closers: (() => Promise<void>)[];

  before(async () => {
    world = await createWorld();
    firehose = await createFirehoseWorld(world, { mostRetrySeconds: 0 });
  });
  after(async () => {
    await firehose.end();
    await world.end();
  });
  beforeEach(() => {
    closers = [];
  });
  afterEach(async () => {
    for (const close of closers) await close();
  });

  const endpoint = async (answer: Answer) => {
    const started = await startEndpoint(answer);
    closers.push(started.close);
    return started;
  };
  const secret = async (content: object): Promise<string> => {
    const { ARN = "" } = await world.clients
      .get(SecretsManagerClient)
      .send(
        new CreateSecretCommand({ Name: next("secret"), SecretString: JSON.stringify(content) }),
      );
    return ARN;
  };
  const repeat: Answer = ({ headers }) => ({
    status: 200,
    body: { requestId: headers["x-amz-firehose-request-id"], timestamp: 1 },
  });
  /** Error documents below the prefix of their kind. */
  const failedOf = async (
    bucket: Awaited<ReturnType<FirehoseWorld["place"]>>["bucket"],
    errorType: string,
  ): Promise<Record<string, unknown>[]> => {
    const texts = [...(await bucket.objects())]
      .filter(([key]) => key.startsWith(`${errorType}/`))
      .flatMap(([, text]) => text.trim().split("\n"));
    return texts.map((text) => JSON.parse(text) as Record<string, unknown>);
  };

  describe("by HTTP", () => {
    const deliver = async (
      url: string,
      inputs: Partial<HttpEndpointInputs>,
      texts: string[],
      allow: Parameters<FirehoseWorld["place"]>[0] = [],
    ) => {
      const { name, arn, bucket, role, s3 } = await firehose.place(allow);
      const stream = await firehose.add({
        name,
        destination: "http_endpoint",
        httpEndpointConfiguration: { url, roleArn: role.arn, s3Configuration: s3, ...inputs },
      });
      await firehose.put(name, ...texts);
      await stream.flush();
      return { arn, bucket, metrics: stream.metrics };
    };

    it("posts records, attributes and the key of its secret, as AWS does", async () => {
      const { url, asked } = await endpoint(repeat);
      const secretArn = await secret({ api_key: "the key" });
      const { arn, bucket, metrics } = await deliver(
        `${url}/v1/input`,
        {
          secretsManagerConfiguration: { enabled: true, secretArn },
          requestConfiguration: {
            contentEncoding: "GZIP",
            commonAttributes: [{ name: "site", value: "plant" }],
          },
        },
        ["one", "two"],
        [{ Action: ["secretsmanager:GetSecretValue"], Resource: secretArn }],
      );
      assert.equal(asked.length, 1);
      const [{ path, headers, body }] = asked as [Asked];
      const requestId = headers["x-amz-firehose-request-id"];
      assert.equal(path, "/v1/input");
      assert.deepEqual(
        Object.fromEntries(
          Object.entries(headers).filter(
            ([name]) => name.startsWith("x-amz-") || name.startsWith("content-"),
          ),
        ),
        {
          "content-type": "application/json",
          "content-encoding": "gzip",
          "content-length": String(body.length),
          "x-amz-firehose-protocol-version": "1.0",
          "x-amz-firehose-request-id": requestId,
          "x-amz-firehose-source-arn": arn,
          "x-amz-firehose-access-key": "the key",
          "x-amz-firehose-common-attributes": `{"commonAttributes":{"site":"plant"}}`,
        },
      );
      assert.deepEqual(JSON.parse(gunzipSync(body).toString()), {
        requestId,
        timestamp: firehose.time.clock.now(),
        records: ["one", "two"].map((text) => ({ data: Buffer.from(text).toString("base64") })),
      });
      assert.equal((await bucket.objects()).size, 0);
      assert.equal(metrics.totals["DeliveryToHttpEndpoint.Success"], 1);
    });

    it("stores records in S3 that the endpoint rejects", async () => {
      const { url } = await endpoint(() => ({ status: 500, body: "broken" }));
      const { bucket, metrics } = await deliver(url, {}, ["one"]);
      const arrival = firehose.time.clock.now();
      assert.deepEqual(await failedOf(bucket, "http-endpoint-failed"), [
        {
          attemptsMade: 1,
          arrivalTimestamp: arrival,
          errorCode: "HttpEndpoint.DestinationException",
          errorMessage: `The endpoint answered 500: "broken"`,
          attemptEndingTimestamp: arrival,
          rawData: Buffer.from("one").toString("base64"),
        },
      ]);
      assert.equal(metrics.totals["DeliveryToHttpEndpoint.Success"], 0);
      assert.equal(metrics.totals["BackupToS3.Records"], 1);
    });

    it("writes the reason to its log group, if its role has the permission", async () => {
      const { url } = await endpoint(() => ({ status: 500, body: "broken" }));
      const logs = world.clients.get(CloudWatchLogsClient);
      const logGroupName = next("log-group");
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
      const { arn } = await deliver(
        url,
        {
          cloudwatchLoggingOptions: { enabled: true, logGroupName, logStreamName: "delivery" },
        },
        ["one"],
        [
          {
            Action: ["logs:PutLogEvents"],
            Resource: `arn:aws:logs:eu-central-1:123456789012:log-group:${logGroupName}:log-stream:delivery`,
          },
        ],
      );
      const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
      assert.deepEqual(
        events.map(({ message = "{}" }) => JSON.parse(message) as unknown),
        [
          {
            deliveryStreamARN: arn,
            destination: url,
            deliveryStreamVersionId: 1,
            message: `The endpoint answered 500: "broken"`,
            errorCode: "HttpEndpoint.DestinationException",
          },
        ],
      );
    });

    it("rejects a response without the request's id", async () => {
      const { url } = await endpoint(() => ({
        status: 200,
        body: { requestId: "x", timestamp: 1 },
      }));
      const { bucket } = await deliver(url, {}, ["one"]);
      const [document] = await failedOf(bucket, "http-endpoint-failed");
      assert.equal(document?.["errorCode"], "HttpEndpoint.InvalidResponseFromDestination");
    });

    it("stores records in S3 if the endpoint is down or the secret cannot be read", async () => {
      const { url, close } = await startEndpoint(repeat);
      await close();
      const dead = await deliver(url, {}, ["one"]);
      const [document] = await failedOf(dead.bucket, "http-endpoint-failed");
      assert.equal(document?.["errorCode"], "HttpEndpoint.ConnectionFailed");
      const alive = await endpoint(repeat);
      const secretArn = await secret({ api_key: "the key" });
      const denied = await deliver(
        alive.url,
        { secretsManagerConfiguration: { enabled: true, secretArn } },
        ["two"],
      );
      const [refused] = await failedOf(denied.bucket, "http-endpoint-failed");
      assert.match(String(refused?.["errorMessage"]), /AccessDenied/);
      assert.deepEqual(alive.asked, []);
    });

    it("also stores all records in S3, if configured", async () => {
      const { url } = await endpoint(repeat);
      const { bucket } = await deliver(url, { s3BackupMode: "AllData" }, ["one", "two"]);
      assert.deepEqual([...(await bucket.objects()).values()], ["onetwo"]);
    });

    it("retries with the same id for its duration, until the endpoint is back", async () => {
      let refusals = 2;
      const { url, asked } = await endpoint((one) =>
        refusals-- > 0 ? { status: 503, body: "" } : repeat(one),
      );
      const patient = await createFirehoseWorld(world);
      const { name, bucket, s3 } = await patient.place();
      await patient.add({
        name,
        destination: "http_endpoint",
        httpEndpointConfiguration: { url, s3Configuration: s3, accessKey: "plain" },
      });
      await patient.put(name, "one");
      await patient.streams.idle();
      await patient.end();
      const ids = asked.map(({ headers }) => headers["x-amz-firehose-request-id"]);
      assert.equal(ids.length, 3);
      assert.equal(new Set(ids).size, 1);
      assert.equal(asked[0]?.headers["x-amz-firehose-access-key"], "plain");
      assert.equal((await bucket.objects()).size, 0);
    });
  });

  describe("to Splunk", () => {
    const deliver = async (url: string, inputs: Partial<SplunkInputs>, ...texts: string[]) => {
      const { name, bucket, s3 } = await firehose.place();
      const stream = await firehose.add({
        name,
        destination: "splunk",
        splunkConfiguration: {
          hecEndpoint: url,
          hecToken: "token",
          s3Configuration: s3,
          ...inputs,
        },
      });
      await firehose.put(name, ...texts);
      await stream.flush();
      return { bucket, metrics: stream.metrics };
    };
    const collector =
      (acknowledged: boolean): Answer =>
      ({ path }) =>
        path.startsWith("/services/collector/ack")
          ? { status: 200, body: { acks: { "7": acknowledged } } }
          : { status: 200, body: { text: "Success", code: 0, ackId: 7 } };

    it("sends events and waits for the indexer's acknowledgement", async () => {
      const { url, asked } = await endpoint(collector(true));
      const { bucket, metrics } = await deliver(
        `${url}/`,
        { hecEndpointType: "Event" },
        `{"event":1}`,
        `{"event":2}`,
      );
      const [sent, question] = asked as [Asked, Asked];
      const channel = sent.headers["x-splunk-request-channel"];
      assert.deepEqual(
        asked.map(({ path }) => path),
        [
          `/services/collector/event?channel=${String(channel)}`,
          `/services/collector/ack?channel=${String(channel)}`,
        ],
      );
      assert.equal(sent.headers.authorization, "Splunk token");
      assert.equal(sent.body.toString(), `{"event":1}{"event":2}`);
      assert.equal(question.body.toString(), `{"acks":[7]}`);
      assert.equal((await bucket.objects()).size, 0);
      assert.equal(metrics.totals["DeliveryToSplunk.Success"], 1);
    });

    it("sends raw data to the raw endpoint", async () => {
      const { url, asked } = await endpoint(collector(true));
      await deliver(url, {}, "a\n", "b\n");
      assert.match(asked[0]?.path ?? "", /^\/services\/collector\/raw\?channel=/);
      assert.equal(asked[0]?.body.toString(), "a\nb\n");
    });

    for (const [what, answer, code] of [
      ["there is no acknowledgement", collector(false), "Splunk.AckTimeout"],
      [
        "the token does not acknowledge",
        () => ({ status: 200, body: { text: "Success", code: 0 } }),
        "Splunk.DisabledAcknowledgement",
      ],
      [
        "the token is not known",
        () => ({ status: 403, body: { text: "Invalid token", code: 4 } }),
        "Splunk.InvalidToken",
      ],
      ["the collector is broken", () => ({ status: 503, body: {} }), "Splunk.ServerError"],
    ] as const) {
      it(`keeps events in S3 when ${what}`, async () => {
        const { url } = await endpoint(answer);
        const { bucket, metrics } = await deliver(url, {}, "one", "two");
        const documents = await failedOf(bucket, "splunk-failed");
        assert.deepEqual(
          documents.map((document) => [document["errorCode"], document["rawData"]]),
          ["one", "two"].map((text) => [code, Buffer.from(text).toString("base64")]),
        );
        assert.equal(metrics.totals["DeliveryToSplunk.Success"], 0);
      });
    }
  });

  describe("refusals", () => {
    const s3 = { bucketArn: "arn:aws:s3:::b", roleArn: "r" };
    for (const [what, inputs, sentence] of [
      [
        "another destination",
        { destination: "redshift" },
        "delivers to redshift; the local run knows extended_s3, http_endpoint and splunk.",
      ],
      [
        "Kinesis as a source",
        { kinesisSourceConfiguration: {}, extendedS3Configuration: s3 },
        "sets 'kinesisSourceConfiguration', which the local run lacks; leave it out.",
      ],
      [
        "a setting of a bucket that it does not know",
        { extendedS3Configuration: { ...s3, requesterPays: true } },
        "sets 'requesterPays', which the local run lacks; leave it out.",
      ],
      [
        "a missing configuration",
        { destination: "splunk" },
        "has no splunkConfiguration; give it one.",
      ],
      [
        "another compression",
        { extendedS3Configuration: { ...s3, compressionFormat: "ZIP" } },
        "compresses by ZIP; the local run knows GZIP.",
      ],
      [
        "another processor",
        {
          extendedS3Configuration: {
            ...s3,
            processingConfiguration: {
              enabled: true,
              processors: [{ type: "MetadataExtraction" }],
            },
          },
        },
        "processes by MetadataExtraction; the local run knows Lambda and AppendDelimiterToRecord.",
      ],
      [
        "a small buffer of Parquet",
        {
          extendedS3Configuration: {
            ...s3,
            dataFormatConversionConfiguration: {
              inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
              outputFormatConfiguration: { serializer: { parquetSerDe: {} } },
              schemaConfiguration: { databaseName: "d", tableName: "t", roleArn: "r" },
            },
          },
        },
        "converts records in a buffer of less than 64 MB; give it a larger bufferingSize.",
      ],
    ] as const) {
      it(`refuses ${what} instead of ignoring it`, async () => {
        const given: object = inputs;
        const adding = firehose.add({
          name: "d",
          destination: "extended_s3",
          ...given,
        });
        await assert.rejects(adding, { message: `The delivery stream d ${sentence}` });
      });
    }
  });
});
