import * as assert from "node:assert/strict";
import { countCalls, callsByFunction } from "../../../bench/count-calls";
import { operationOf } from "../../../bench/recording-endpoint";
import { callsPerThousand } from "../../../operations/cost/calls";
import * as measuredCalls from "../../../operations/cost/measured-calls.json";
import { longTest } from "../../support/long-test";

describe("the measured calls of functions", function () {
  this.timeout(180_000);

  longTest("are what the functions call; if not, npm run docs:calls writes them", async () => {
    const counted = callsByFunction(await countCalls());
    assert.deepEqual(counted, JSON.parse(JSON.stringify(measuredCalls)));
    assert.equal(callsPerThousand["iot-to-sqs-worker"]?.["iotdata:Publish"], 1000);
  });

  it("leave out the calls for invalid messages", () => {
    const one = { stem: "a", what: "b", fewest: 0, run: async () => undefined };
    assert.deepEqual(
      callsByFunction([
        { ...one, of: "worker", calls: { "sns:Publish": 2 } },
        { ...one, of: "worker", unpriced: true, calls: { "sqs:SendMessageBatch": 1 } },
        { ...one, of: "silent", calls: {} },
      ]),
      { worker: { "sns:Publish": 2 }, silent: {} },
    );
  });
});

describe("two cases of a function", () => {
  it("are refused unless one of them does not count", () => {
    const one = { stem: "a", of: "worker", fewest: 0, run: async () => undefined, calls: {} };
    assert.throws(
      () =>
        callsByFunction([
          { ...one, what: "first" },
          { ...one, what: "second" },
        ]),
      {
        message:
          'Two cases of worker count for the cost of a stack: set unpriced for "second" or the other one.',
      },
    );
  });
});

describe("the operation of a request", () => {
  const authorization = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=EXAMPLE/20261129/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=00`;
  const of = (service: string, headers: object, body = "", url = "/", method = "POST") =>
    operationOf(
      { headers: { authorization: authorization(service), ...headers }, url, method },
      body,
    );

  it("is in the target, the form or the path", () => {
    assert.equal(
      of("dynamodb", { "x-amz-target": "DynamoDB_20120810.PutItem" }),
      "dynamodb:PutItem",
    );
    const form = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    assert.equal(of("sns", form, "TopicArn=a&Action=Publish"), "sns:Publish");
    assert.equal(of("iotdata", {}, "", "/topics/devices%2Fa%2Facks?qos=1"), "iotdata:Publish");
    assert.equal(of("s3", {}, "", "/bucket/key", "PUT"), "s3:PutObject");
    assert.equal(of("s3", {}, "", "/bucket?list-type=2&prefix=a", "GET"), "s3:ListObjectsV2");
  });

  it("is unknown without a signature, a target or a known path", () => {
    assert.equal(of("iotdata", {}, "", "/retainedMessage"), undefined);
    assert.equal(of("sqs", {}, "Action=SendMessage"), undefined);
    assert.equal(of("s3", {}, "", "/bucket/key", "GET"), undefined);
    assert.equal(
      operationOf({ headers: { "x-amz-target": "DynamoDB_20120810.PutItem" }, url: "/" }, ""),
      undefined,
    );
  });
});
