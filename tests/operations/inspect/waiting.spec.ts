import * as assert from "node:assert/strict";
import { describeWaiting } from "../../../operations/inspect/waiting";
import type { Own } from "../../../operations/redrive/own";
import { envelope, errorAction } from "../redrive/bodies";

/** None of these messages refers to anything that a service holds. */
const clients = {} as never;

const own: Own = {
  ...{ queueUrl: "unused", topicPrefix: "devices", accountId: "123456789012" },
  ...{ ruleName: undefined, busName: "bus", place: "eu-central-1:123456789012" },
  resources: new Set(["ingest", "m"]),
};

describe("a waiting message", () => {
  const described = (Body: string) =>
    describeWaiting(clients, { Body, Attributes: { SentTimestamp: "1795478400000" } }, own);
  const payload = Buffer.from('{"text":"\u001b]0;title\u0007"}');

  it("is shown with time, device, reason and payload, in printable text", async () => {
    const entry = {
      reason: "not-json",
      detail: "It is not.",
      deviceId: "pump-7\n",
      payload: payload.toString("base64"),
    };
    assert.deepEqual(await described(JSON.stringify(entry)), [
      "2026-11-24T00:00:00.000Z  pump-7\\u000a  not-json: It is not.",
      '  {"text":"\\u001b]0;title\\u0007"}',
    ]);
    assert.deepEqual(await described(errorAction("devices/pump-8/telemetry", payload)), [
      "2026-11-24T00:00:00.000Z  pump-8  SqsAction of rule ingest failed: gone",
      '  {"text":"\\u001b]0;title\\u0007"}',
    ]);
    const [line] = await described(envelope({ deviceId: "pump-9", receivedAt: 1, payload }));
    assert.match(line ?? "", /^2026-11-24T00:00:00\.000Z {2}pump-9 {2}not processed/);
  });

  it("has at most 800 characters of a payload, with the number of all", async () => {
    const long = Buffer.from("x".repeat(2019));
    const [, payload] = await described(errorAction("devices/pump-8/telemetry", long));
    assert.equal(payload, `  ${"x".repeat(800)}… (2,019 characters)`);
  });

  it("is shown whole if nothing in it can be read", async () => {
    assert.deepEqual((await described("no\u0000thing")).slice(1), ["  no\\u0000thing"]);
  });

  it("is shown whole if it names an object of another stack, which is not read", async () => {
    const s3 = { bucket: { name: "of-another" }, object: { key: "k" } };
    const body = JSON.stringify({ Records: [{ eventSource: "aws:s3", s3 }] });
    const reads: unknown[] = [];
    const recording = { s3: { send: (command: unknown) => reads.push(command) } } as never;
    const [, ...more] = await describeWaiting(recording, { Body: body }, own);
    assert.deepEqual([more, reads], [[`  ${body}`], []]);
  });

  it("is shown as an event or an execution has it", async () => {
    const event = { source: "own", "detail-type": "reading", detail: { deviceId: "pump-7" } };
    assert.deepEqual((await described(JSON.stringify(event))).slice(1), [
      '  {"deviceId":"pump-7"}',
    ]);
    const execution = { stateMachineArn: "m", executionArn: "e", input: { deviceId: "pump-6" } };
    const [line, ...more] = await described(JSON.stringify(execution));
    assert.match(line ?? "", / {2}pump-6 {2}execution failed/);
    assert.deepEqual(more, ['  {"deviceId":"pump-6"}']);
  });
});
