import * as assert from "node:assert/strict";
import { startDatadog, type Datadog } from "../../../../local/doubles/datadog";
import { createHttpDestination } from "../../../../local/services/firehose/http-destination";

describe("A delivery stream and the double of Datadog's endpoint for logs", () => {
  let datadog: Datadog;
  let key: string;
  beforeEach(async () => {
    datadog = await startDatadog();
    key = datadog.apiKey();
  });
  afterEach(() => datadog.stop());

  const destination = (path = "/api/v2/logs?dd-protocol=aws-kinesis-firehose", gzip = true) =>
    createHttpDestination({
      inputs: {
        url: `https://aws-kinesis-http-intake.logs.us5.datadoghq.com${path}`,
        requestConfiguration: { contentEncoding: gzip ? "GZIP" : "NONE" },
        s3Configuration: { bucketArn: "", roleArn: "" },
      },
      streamArn: "arn:aws:firehose:eu-central-1:123456789012:deliverystream/logs",
      accessKey: async () => key,
      ...{ retrySeconds: 0, retryDelayMilliseconds: 1, httpUrl: datadog.url },
      stopped: new AbortController().signal,
      clock: { now: () => 0, after: () => () => undefined },
    });
  const records = ["one", "two"].map((message, nth) => ({
    ...{ id: String(nth), arrival: 0 },
    data: Buffer.from(JSON.stringify({ message })),
  }));
  const messages = () => datadog.logs().map(({ attributes }) => attributes.message);

  for (const [what, path, gzip] of [
    ["with its query, compressed", undefined, true],
    ["of an old site, not compressed", "/v1/input", false],
  ] as const)
    it(`delivers to the path of the endpoint ${what}`, async () => {
      const { failed } = await destination(path, gzip).deliver(records);
      assert.deepEqual(failed, []);
      assert.deepEqual(messages(), ["one", "two"]);
      assert.deepEqual(datadog.answered(), [200]);
    });

  for (const [what, code, change] of [
    ["of another key", "DestinationException", () => void datadog.rotate()],
    ["while the endpoint is busy", "DestinationException", () => datadog.answer("busy")],
    [
      "that a proxy answers with 200",
      "InvalidResponseFromDestination",
      () => datadog.answer("garbage"),
    ],
    ["without an answer", "ConnectionFailed", () => datadog.answer("down")],
  ] as const)
    it(`fails each record of a request ${what}`, async () => {
      change();
      const { failed, errorType } = await destination().deliver(records);
      assert.equal(errorType, "http-endpoint-failed");
      assert.deepEqual(
        failed.map(({ record, code: of }) => [record.id, of]),
        records.map(({ id }) => [id, `HttpEndpoint.${code}`]),
      );
      assert.deepEqual(messages(), []);
    });
});
