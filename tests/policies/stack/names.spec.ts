import * as assert from "node:assert/strict";
import { arnParts, nameInArn, nameInQueueUrl } from "../../../policies/stack/names";

const inPlace = (service: string, resource: string) =>
  `arn:aws:${service}:eu-central-1:123456789012:${resource}`;

/** ARNs as each service writes them. */
const named: [arn: string, name: string][] = [
  [inPlace("cloudwatch", "alarm:lost:orders"), "alarm lost:orders"],
  [inPlace("dynamodb", "table/orders"), "table orders"],
  [inPlace("dynamodb", "table/orders/stream/2026-01-01T00:00:00.000"), "table orders"],
  [inPlace("events", "event-bus/orders"), "event bus orders"],
  [inPlace("events", "event-bus/aws.partner/shop/1"), "event bus aws.partner/shop/1"],
  [inPlace("events", "rule/paid"), "event rule paid"],
  [inPlace("events", "rule/orders/paid"), "event rule paid"],
  [inPlace("events", "rule/aws.partner/shop/1/paid"), "event rule paid"],
  [inPlace("firehose", "deliverystream/archive"), "firehose archive"],
  ["arn:aws:iam::123456789012:policy/work", "managed policy work"],
  ["arn:aws:iam::123456789012:policy/path/work", "managed policy work"],
  ["arn:aws:iam::123456789012:role/worker", "role worker"],
  ["arn:aws:iam::123456789012:role/service/path/worker", "role worker"],
  [inPlace("iot", "rule/ingest"), "topic rule ingest"],
  [inPlace("kinesis", "stream/orders"), "stream orders"],
  [inPlace("kinesis", "stream/orders/consumer/c:1"), "stream orders"],
  [inPlace("kms", "alias/orders"), "key alias alias/orders"],
  [inPlace("kms", "key/1234"), "key 1234"],
  [inPlace("lambda", "function:work"), "function work"],
  [inPlace("lambda", "function:work:live"), "function work"],
  [inPlace("logs", "log-group:/aws/lambda/work:*"), "log group /aws/lambda/work"],
  [inPlace("pipes", "pipe/orders"), "pipe orders"],
  ["arn:aws:s3:::archive", "bucket archive"],
  ["arn:aws:s3:::archive/key", "bucket archive"],
  [inPlace("sagemaker", "pipeline/training"), "training pipeline training"],
  [inPlace("scheduler", "schedule/default/nightly"), "schedule nightly"],
  [inPlace("sns", "orders"), "topic orders"],
  [inPlace("sns", "orders:11111111-2222-3333-4444-555555555555"), "topic orders"],
  [inPlace("sqs", "orders"), "queue orders"],
  [inPlace("states", "stateMachine:work"), "state machine work"],
  [inPlace("states", "stateMachine:work:1"), "state machine work"],
  ["arn:aws-cn:sqs:cn-north-1:123456789012:orders", "queue orders"],
];

describe("Names in ARNs and URLs", () => {
  for (const [arn, name] of named)
    it(`${arn} is ${name}`, () => assert.equal(nameInArn(arn), name));

  for (const text of [
    "",
    "*",
    "arn:aws:sqs",
    "arn:aws:s3:::",
    "q",
    inPlace("kms", "grant/1234"),
    inPlace("moon", "m"),
  ])
    it(`'${text}' has none`, () => assert.equal(nameInArn(text), undefined));

  it("follow the exact resource prefix of the service", () => {
    const prefixed = named.filter(([arn]) => !/:(s3|sns|sqs):/.test(arn));
    assert.equal(prefixed.length, 26);
    for (const [arn] of prefixed) {
      const odd = arn.replace(/^((?:[^:]*:){5})/, "$1odd-");
      assert.equal(nameInArn(odd), undefined, odd);
    }
  });

  it("are read from the URL of a queue, in AWS or on the local machine", () => {
    const url = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";
    assert.equal(nameInQueueUrl(url), "queue orders");
    assert.equal(nameInQueueUrl("http://127.0.0.1:4566/123456789012/orders"), "queue orders");
    for (const other of [
      "orders",
      "https://example.com/orders",
      "https://example.com/orders/work",
      `${url}/messages`,
      `see ${url}`,
    ])
      assert.equal(nameInQueueUrl(other), undefined, other);
  });
});

describe("The parts of an ARN", () => {
  it("are six, of which the last may contain colons", () => {
    assert.deepEqual(arnParts(inPlace("lambda", "function:work:live")), {
      partition: "aws",
      service: "lambda",
      region: "eu-central-1",
      account: "123456789012",
      resource: "function:work:live",
    });
  });

  it("may be empty, but not fewer", () => {
    assert.deepEqual(arnParts("arn:aws:s3:::"), {
      partition: "aws",
      service: "s3",
      region: "",
      account: "",
      resource: "",
    });
    for (const text of ["arn:aws:s3::", "urn:aws:s3:::archive", "archive"])
      assert.equal(arnParts(text), undefined, text);
  });
});
