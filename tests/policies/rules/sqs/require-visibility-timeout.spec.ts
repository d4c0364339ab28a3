import * as assert from "node:assert/strict";
import { requireVisibilityTimeout as rule } from "../../../../policies/rules/sqs/require-visibility-timeout";
import { said, type Given } from "../../../support/policy";
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
  `work: Hides a message for ${given} s, and 'worker' may take ${timeout} s: set visibilityTimeoutSeconds to ${6 * timeout} or more.`;

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

  it("asks nothing of a queue that no function works on", async () => {
    assert.deepEqual(await said(rule, changed(queue, { visibilityTimeoutSeconds: 1 }), worker), []);
  });
});
