import * as assert from "node:assert/strict";
import { nameInArn, nameInQueueUrl } from "../../../policies/stack/names";

const inPlace = (service: string, resource: string) =>
  `arn:aws:${service}:eu-central-1:123456789012:${resource}`;

describe("Names in ARNs and URLs", () => {
  for (const [arn, name] of Object.entries({
    [inPlace("cloudwatch", "alarm:a:b")]: "alarm a:b",
    [inPlace("dynamodb", "table/t")]: "table t",
    [inPlace("dynamodb", "table/t/stream/2026-01-01T00:00:00.000")]: "table t",
    [inPlace("events", "event-bus/b")]: "event bus b",
    [inPlace("events", "rule/r")]: "event rule r",
    [inPlace("events", "rule/b/r")]: "event rule r",
    [inPlace("firehose", "deliverystream/d")]: "firehose d",
    "arn:aws:iam::123456789012:role/r": "role r",
    "arn:aws:iam::123456789012:role/service/path/r": "role r",
    [inPlace("iot", "rule/r")]: "topic rule r",
    [inPlace("kinesis", "stream/s")]: "stream s",
    [inPlace("kinesis", "stream/s/consumer/c:1")]: "stream s",
    [inPlace("kms", "alias/a")]: "key alias alias/a",
    [inPlace("lambda", "function:f")]: "function f",
    [inPlace("lambda", "function:f:live")]: "function f",
    [inPlace("logs", "log-group:/aws/lambda/f:*")]: "log group /aws/lambda/f",
    [inPlace("pipes", "pipe/p")]: "pipe p",
    "arn:aws:s3:::b": "bucket b",
    "arn:aws:s3:::b/key": "bucket b",
    [inPlace("scheduler", "schedule/default/s")]: "schedule s",
    [inPlace("sns", "t")]: "topic t",
    [inPlace("sqs", "q")]: "queue q",
    [inPlace("states", "stateMachine:m")]: "state machine m",
    "arn:aws-cn:sqs:cn-north-1:123456789012:q": "queue q",
  }))
    it(`${arn} is ${name}`, () => assert.equal(nameInArn(arn), name));

  for (const text of [
    "",
    "*",
    "arn:aws:sqs",
    "q",
    inPlace("kms", "key/1234"),
    inPlace("moon", "m"),
  ])
    it(`'${text}' has none`, () => assert.equal(nameInArn(text), undefined));

  it("reads a queue's URL, of AWS or of this machine", () => {
    assert.equal(
      nameInQueueUrl("https://sqs.eu-central-1.amazonaws.com/123456789012/q"),
      "queue q",
    );
    assert.equal(nameInQueueUrl("http://127.0.0.1:4566/123456789012/q"), "queue q");
    assert.equal(nameInQueueUrl("https://example.com/q"), undefined);
    assert.equal(nameInQueueUrl("q"), undefined);
  });
});
