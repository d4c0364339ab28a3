import * as assert from "node:assert/strict";
import { requireDelivery as rule } from "../../../../policies/rules/iam/require-delivery";
import { said, type Given } from "../../../support/policy";
import { arn, changed, redrive } from "../../given";
import { failures, failuresArn, refused } from "./delivery";

describe(`${rule.name}, by redrive`, () => {
  describe("of a queue", () => {
    const work: Given = {
      type: "aws:sqs/queue:Queue",
      name: "work",
      inputs: {
        name: "work",
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: failuresArn, maxReceiveCount: 5 }),
      },
    };
    const allowing = (policy: unknown) =>
      failures(undefined, undefined, { redriveAllowPolicy: policy && JSON.stringify(policy) });

    it("accepts a target that names it, or that anybody may redrive to", async () => {
      const byQueue = { redrivePermission: "byQueue", sourceQueueArns: [arn.queue("work")] };
      for (const policy of [byQueue, { redrivePermission: "allowAll" }])
        assert.deepEqual(await said(rule, work, allowing(policy)), []);
      assert.deepEqual(await said(rule, work, failures()), []);
    });

    it("rejects a target that names another, or none", async () => {
      const byQueue = { redrivePermission: "byQueue", sourceQueueArns: [arn.queue("other")] };
      const nobody = { redrivePermission: "denyAll", sourceQueueArns: [arn.queue("work")] };
      for (const policy of [byQueue, nobody])
        assert.deepEqual(await said(rule, work, allowing(policy)), [
          refused(
            "work",
            "redrivePolicy.deadLetterTargetArn",
            `the redriveAllowPolicy of 'failures' does not name ${arn.queue("work")}`,
          ),
        ]);
    });

    it("asks the same where a resource of its own says so for the queue", async () => {
      const silent = changed(work, { redrivePolicy: undefined });
      const policy = redrive("work", "failures");
      const byQueue = (name: string) =>
        allowing({ redrivePermission: "byQueue", sourceQueueArns: [arn.queue(name)] });
      assert.deepEqual(await said(rule, silent, policy, byQueue("work")), []);
      assert.deepEqual(await said(rule, silent, policy, byQueue("other")), [
        refused(
          "redrive",
          "redrivePolicy.deadLetterTargetArn",
          `the redriveAllowPolicy of 'failures' does not name ${arn.queue("work")}`,
        ),
      ]);
    });

    it("asks nothing of a queue that is outside the stack", async () => {
      const closed = allowing({ redrivePermission: "denyAll" });
      assert.deepEqual(await said(rule, redrive("work", "failures"), closed), []);
      assert.deepEqual(await said(rule, work), []);
    });

    it("asks nothing of a queue that is not named yet", async () => {
      const closed = allowing({ redrivePermission: "denyAll" });
      assert.deepEqual(await said(rule, changed(work, { name: undefined }), closed), []);
    });
  });
});
