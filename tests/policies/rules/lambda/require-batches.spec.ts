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
      "it: Invokes the function once for each record: set batchSize to 10 or more.",
    ]);
  });

  it("rejects large batches of a queue without a window, and accepts them of a stream", async () => {
    assert.deepEqual(await said(rule, mapping({ batchSize: 11 })), [
      "it: Sets batchSize above 10 without a batching window, which Lambda rejects: set maximumBatchingWindowInSeconds.",
    ]);
    assert.deepEqual(
      await said(rule, mapping({ batchSize: 11, eventSourceArn: arn.stream("s") })),
      [],
    );
  });
});
