import * as assert from "node:assert/strict";
import { requireStandstillAlarm as rule } from "../../../../policies/rules/lambda/require-standstill-alarm";
import { said, unknown, type Given } from "../../../support/policy";
import { alarmOn, alarmOnMath } from "../../alarms";
import { arn, changed } from "../../given";

const resources: Given[] = [
  { type: "aws:kinesis/stream:Stream", name: "stream", inputs: { name: "s" } },
  { type: "aws:lambda/function:Function", name: "function", inputs: { name: "f" } },
  { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "q" } },
];
const mapping: Given = {
  type: "aws:lambda/eventSourceMapping:EventSourceMapping",
  name: "mapping",
  inputs: {
    eventSourceArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/s",
    functionName: "f",
  },
};
const records = ["AWS/Kinesis", "IncomingRecords", { StreamName: "s" }] as const;
const invocations = ["AWS/Lambda", "Invocations", { FunctionName: "f" }] as const;
const missing = [
  "mapping: No alarm detects that the function is not invoked while 's' receives records: create an alarm with metric math over IncomingRecords and Invocations.",
];
const check = (...alarms: Given[]) => said(rule, ...resources, mapping, ...alarms);

describe(rule.name, () => {
  it("accepts an alarm over the records of the stream and the invocations of the function", async () => {
    assert.deepEqual(await check(alarmOnMath("r", records, invocations)), []);
  });

  it("rejects a mapping without one, or with each metric in an alarm of its own", async () => {
    assert.deepEqual(await check(), missing);
    assert.deepEqual(await check(alarmOn(...records), alarmOn(...invocations)), missing);
  });

  it("rejects an alarm over another stream, function, metric or namespace", async () => {
    for (const [some, others] of [
      [["AWS/Kinesis", "IncomingRecords", { StreamName: "other" }], invocations],
      [["AWS/Kinesis", "IncomingBytes", { StreamName: "s" }], invocations],
      [["AWS/Firehose", "IncomingRecords", { StreamName: "s" }], invocations],
      [["AWS/Kinesis", "IncomingRecords", { Name: "s" }], invocations],
      [records, ["AWS/Lambda", "Invocations", { FunctionName: "other" }]],
      [records, ["AWS/Lambda", "Errors", { FunctionName: "f" }]],
      [records, ["AWS/SQS", "Invocations", { FunctionName: "f" }]],
    ] as const)
      assert.deepEqual(await check(alarmOnMath("r", some, others)), missing);
  });

  it("rejects a mapping whose stream and function are known by what it was made from", async () => {
    const later: Given = {
      ...changed(mapping, { eventSourceArn: unknown, functionName: unknown }),
      madeFrom: { eventSourceArn: ["function", "stream"], functionName: ["stream", "function"] },
    };
    assert.deepEqual(await said(rule, ...resources, later), missing);
    assert.deepEqual(
      await said(rule, ...resources, later, alarmOnMath("r", records, invocations)),
      [],
    );
  });

  it("cannot decide while Pulumi names the stream or the function", async () => {
    const later: Given = {
      ...changed(mapping, { eventSourceArn: unknown, functionName: unknown }),
      madeFrom: { eventSourceArn: ["stream"], functionName: ["function"] },
    };
    for (const unnamed of ["stream", "function"]) {
      const given = resources.map((one) =>
        one.name === unnamed ? changed(one, { name: undefined }) : one,
      );
      assert.deepEqual(await said(rule, ...given, later), []);
    }
  });

  it("accepts a mapping of a queue, and of a stream or function outside this stack or not known yet", async () => {
    for (const change of [
      { eventSourceArn: arn.queue("q") },
      { eventSourceArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/elsewhere" },
      { functionName: "elsewhere" },
      { eventSourceArn: unknown },
    ])
      assert.deepEqual(await said(rule, ...resources, changed(mapping, change)), []);
  });
});
