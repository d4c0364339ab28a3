import * as assert from "node:assert/strict";
import { requireVisibilityTimeout as rule } from "../../../../policies/rules/sqs/require-visibility-timeout";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, changed } from "../../given";

const queue: Given = {
  type: "aws:sqs/queue:Queue",
  name: "work",
  inputs: { name: "work", visibilityTimeoutSeconds: 180 },
};
const worker: Given = {
  type: "aws:lambda/function:Function",
  name: "worker",
  inputs: { name: "worker", timeout: 30 },
};
const mapping: Given = {
  type: "aws:lambda/eventSourceMapping:EventSourceMapping",
  name: "mapping",
  inputs: { eventSourceArn: arn.queue("work"), functionName: "worker" },
};
const pipe: Given = {
  type: "aws:pipes/pipe:Pipe",
  name: "pipe",
  inputs: { source: arn.queue("work"), enrichment: arn.function("worker") },
};
const sentence = (given: number, timeout: number) =>
  `work: Hides a message for ${given} s, but 'worker' can run for ${timeout} s: set visibilityTimeoutSeconds to ${6 * timeout} or more.`;

describe(rule.name, () => {
  it("accepts six times the timeout", async () => {
    assert.deepEqual(await said(rule, queue, worker, mapping), []);
    assert.deepEqual(await said(rule, queue, worker, pipe), []);
  });

  for (const [what, consumer] of [
    ["a mapping", mapping],
    ["a pipe's enrichment", pipe],
  ] as const)
    it(`rejects less behind ${what}`, async () => {
      const shorter = changed(queue, { visibilityTimeoutSeconds: 179 });
      assert.deepEqual(await said(rule, shorter, worker, consumer), [sentence(179, 30)]);
    });

  it("goes by AWS's own values where nothing is said", async () => {
    const silent = changed(queue, { visibilityTimeoutSeconds: undefined });
    assert.deepEqual(await said(rule, silent, worker, mapping), [sentence(30, 30)]);
    assert.deepEqual(
      await said(rule, silent, changed(worker, { timeout: undefined }), mapping),
      [],
    );
  });

  it("takes the enrichment of the pipe that reads the queue, and of no other", async () => {
    const other: Given = {
      ...pipe,
      name: "other",
      inputs: { source: arn.stream("s"), enrichment: arn.function("slow") },
    };
    const slow: Given = {
      type: "aws:lambda/function:Function",
      name: "slow",
      inputs: { name: "slow", timeout: 900 },
    };
    assert.deepEqual(await said(rule, queue, worker, slow, other, pipe), []);
  });

  it("says that it cannot tell while a timeout is not known", async () => {
    const unverified = (path: string, name: string) =>
      `advisory ${name}: Unverified: '${path}' of '${name}' is not known before the update, and this rule depends on it.`;
    assert.deepEqual(
      await said(
        rule,
        changed(queue, { visibilityTimeoutSeconds: 1 }),
        changed(worker, { timeout: unknown }),
        mapping,
      ),
      [unverified("timeout", "worker")],
    );
    assert.deepEqual(
      await said(rule, changed(queue, { visibilityTimeoutSeconds: unknown }), worker, mapping),
      [unverified("visibilityTimeoutSeconds", "work")],
    );
  });

  it("asks nothing of a stream, nor of a queue to which a function sends", async () => {
    const short = changed(queue, { visibilityTimeoutSeconds: 1 });
    const stream: Given = {
      type: "aws:kinesis/stream:Stream",
      name: "stream",
      inputs: { name: "s", visibilityTimeoutSeconds: 1 },
    };
    const reading = changed(mapping, { eventSourceArn: arn.stream("s") });
    assert.deepEqual(await said(rule, stream, worker, reading), []);
    const aside: Given = {
      type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      name: "on-failure",
      inputs: {
        functionName: "worker",
        destinationConfig: { onFailure: { destination: arn.queue("work") } },
      },
    };
    assert.deepEqual(await said(rule, short, worker, aside), []);
  });

  it("asks nothing of the queue that a pipe writes to", async () => {
    const short = changed(queue, { visibilityTimeoutSeconds: 1 });
    const writing = changed(pipe, { source: arn.stream("s"), target: arn.queue("work") });
    assert.deepEqual(await said(rule, short, worker, writing), []);
  });

  it("asks nothing where the function is outside the stack, or is none", async () => {
    const short = changed(queue, { visibilityTimeoutSeconds: 1 });
    const machine: Given = {
      type: "aws:sfn/stateMachine:StateMachine",
      name: "machine",
      inputs: { name: "m", timeout: 900 },
    };
    const enriching = changed(pipe, {
      enrichment: "arn:aws:states:eu-central-1:123456789012:stateMachine:m",
    });
    assert.deepEqual(await said(rule, short, mapping), []);
    assert.deepEqual(await said(rule, short, changed(pipe, { enrichment: undefined })), []);
    assert.deepEqual(await said(rule, short, machine, enriching), []);
  });

  it("asks nothing of a queue that no function works on", async () => {
    assert.deepEqual(await said(rule, changed(queue, { visibilityTimeoutSeconds: 1 }), worker), []);
  });
});
