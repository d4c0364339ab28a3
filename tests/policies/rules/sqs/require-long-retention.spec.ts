import * as assert from "node:assert/strict";
import { requireLongRetention as rule } from "../../../../policies/rules/sqs/require-long-retention";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, changed, redrive, sendsTo } from "../../given";

const failures: Given = {
  type: "aws:sqs/queue:Queue",
  name: "failures",
  inputs: { name: "failures", messageRetentionSeconds: 1_209_600 },
};
const work: Given = {
  type: "aws:sqs/queue:Queue",
  name: "work",
  inputs: {
    name: "work",
    messageRetentionSeconds: 345_600,
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn.queue("failures") }),
  },
};
const short = (seconds: number) =>
  `failures: Retains failed messages for only ${seconds} s: set messageRetentionSeconds to 1209600.`;

describe(rule.name, () => {
  it("accepts a target that keeps messages for 14 days, and a source that does not", async () => {
    assert.deepEqual(await said(rule, work, failures), []);
  });

  it("rejects a target that keeps them for less, or does not say", async () => {
    const shorter = changed(failures, { messageRetentionSeconds: 1_209_599 });
    assert.deepEqual(await said(rule, work, shorter), [short(1_209_599)]);
    const silent = changed(failures, { messageRetentionSeconds: undefined });
    const source = changed(work, { messageRetentionSeconds: 60 });
    assert.deepEqual(await said(rule, source, silent), [short(345_600)]);
  });

  it("rejects a source that keeps them as long as its target", async () => {
    assert.deepEqual(
      await said(rule, changed(work, { messageRetentionSeconds: 1_209_600 }), failures),
      [
        "work: Retains messages for 1209600 s, but 'failures' no longer, so messages that are redriven late expire immediately: reduce messageRetentionSeconds of this queue.",
      ],
    );
  });

  it("compares the queue itself where a resource of its own says so for it", async () => {
    const source = changed(work, { messageRetentionSeconds: 1_209_600, redrivePolicy: undefined });
    assert.deepEqual(await said(rule, source, failures, redrive("work", "failures")), [
      "work: Retains messages for 1209600 s, but 'failures' no longer, so messages that are redriven late expire immediately: reduce messageRetentionSeconds of this queue.",
    ]);
  });

  it("asks nothing of a queue that sets aside in one outside the stack", async () => {
    assert.deepEqual(await said(rule, work), []);
  });

  it("compares nothing with what is no queue, such as a function of a short memory", async () => {
    const worker: Given = {
      type: "aws:lambda/function:Function",
      name: "worker",
      inputs: {
        name: "worker",
        messageRetentionSeconds: 1_209_600,
        deadLetterConfig: { targetArn: arn.queue("failures") },
      },
    };
    assert.deepEqual(await said(rule, worker, failures), []);
  });

  it("asks nothing of a queue that a topic rule fills", async () => {
    const short = changed(failures, { messageRetentionSeconds: 60 });
    assert.deepEqual(await said(rule, sendsTo("failures"), short), []);
  });

  it("asks the same of a queue with the tag of a quarantine or of failures, and nothing of others", async () => {
    for (const purpose of ["quarantine", "failures"]) {
      const tagged = changed(failures, { messageRetentionSeconds: 60, tags: { purpose } });
      assert.deepEqual(await said(rule, tagged), [short(60)]);
    }
    assert.deepEqual(await said(rule, changed(failures, { messageRetentionSeconds: 60 })), []);
  });

  it("says nothing of a retention that is not known, but that it is not", async () => {
    assert.deepEqual(
      await said(rule, work, changed(failures, { messageRetentionSeconds: unknown })),
      [
        "advisory failures: Unverified: 'messageRetentionSeconds' of 'failures' is not known before the update, and this rule depends on it.",
      ],
    );
  });
});
