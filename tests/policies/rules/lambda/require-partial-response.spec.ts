import * as assert from "node:assert/strict";
import { requirePartialResponse as rule } from "../../../../policies/rules/lambda/require-partial-response";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, changed } from "../../given";

const mapping: Given = {
  type: "aws:lambda/eventSourceMapping:EventSourceMapping",
  inputs: {
    eventSourceArn: arn.queue("orders"),
    functionName: "worker",
    functionResponseTypes: ["ReportBatchItemFailures"],
  },
};
const sentence =
  "it: Retries the whole batch when one record fails: set functionResponseTypes to ReportBatchItemFailures.";

describe(rule.name, () => {
  it("accepts a mapping that takes the names of what failed", async () => {
    assert.deepEqual(await said(rule, mapping), []);
  });

  for (const eventSourceArn of [
    arn.queue("orders"),
    arn.stream("telemetry"),
    "arn:aws:dynamodb:eu-central-1:123456789012:table/t/stream/2026",
  ])
    it(`rejects one of ${eventSourceArn} that does not`, async () => {
      for (const functionResponseTypes of [undefined, []])
        assert.deepEqual(
          await said(rule, changed(mapping, { eventSourceArn, functionResponseTypes })),
          [sentence],
        );
    });

  it("asks nothing where the source cannot take them", async () => {
    const eventSourceArn = "arn:aws:mq:eu-central-1:123456789012:broker:b:1";
    const given = changed(mapping, { eventSourceArn, functionResponseTypes: undefined });
    assert.deepEqual(await said(rule, given), []);
  });

  it("asks nothing of a source that is not known yet", async () => {
    const given = changed(mapping, { eventSourceArn: unknown, functionResponseTypes: undefined });
    assert.deepEqual(await said(rule, given), [
      "advisory it: Unverified: 'eventSourceArn' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });

  it("names what is not known yet", async () => {
    for (const input of ["eventSourceArn", "functionResponseTypes"])
      assert.deepEqual(await said(rule, changed(mapping, { [input]: unknown })), [
        `advisory it: Unverified: '${input}' of 'it' is not known before the update, and this rule depends on it.`,
      ]);
  });
});
