import * as assert from "node:assert/strict";
import { requireBatches as rule } from "../../../../policies/rules/lambda/require-batches";
import { said } from "../../../support/policy";
import { arn } from "../../given";

const mapping = (inputs: Record<string, unknown>) => ({
  type: "aws:lambda/eventSourceMapping:EventSourceMapping",
  inputs: { eventSourceArn: arn.queue("q"), functionName: "f", ...inputs },
});

describe(rule.name, () => {
  it("accepts batches, of AWS's size or one's own", async () => {
    const window = { batchSize: 100, maximumBatchingWindowInSeconds: 1 };
    assert.deepEqual(
      await said(rule, mapping({}), mapping({ batchSize: 10 }), mapping(window)),
      [],
    );
  });

  it("rejects an invocation for every record", async () => {
    assert.deepEqual(await said(rule, mapping({ batchSize: 1 })), [
      "it: Invokes the function for every record by itself: set batchSize to 10 or more.",
    ]);
  });

  it("rejects large batches of a queue without a window, and accepts them of a stream", async () => {
    assert.deepEqual(await said(rule, mapping({ batchSize: 11 })), [
      "it: Asks for more than 10 messages without a window, which Lambda refuses: set maximumBatchingWindowInSeconds.",
    ]);
    assert.deepEqual(
      await said(rule, mapping({ batchSize: 11, eventSourceArn: arn.stream("s") })),
      [],
    );
  });
});
