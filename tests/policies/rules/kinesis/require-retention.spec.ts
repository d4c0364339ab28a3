import * as assert from "node:assert/strict";
import { requireStreamRetention as rule } from "../../../../policies/rules/kinesis/require-retention";
import { said, unknown, type Given } from "../../../support/policy";

const stream = (retentionPeriod?: unknown): Given => ({
  type: "aws:kinesis/stream:Stream",
  inputs: { name: "s", ...(retentionPeriod !== undefined && { retentionPeriod }) },
});
const short = (hours: number) =>
  `it: Retains records for ${hours} h, so a consumer that stands still loses them: set retentionPeriod to 72.`;

describe(rule.name, () => {
  it("accepts 72 hours and more", async () => {
    for (const hours of [72, 168]) assert.deepEqual(await said(rule, stream(hours)), []);
  });

  it("rejects less, and the default of 24 hours", async () => {
    assert.deepEqual(await said(rule, stream(71)), [short(71)]);
    assert.deepEqual(await said(rule, stream()), [short(24)]);
  });

  it("accepts a retention that is not known yet, and reports that it is not verified", async () => {
    assert.deepEqual(await said(rule, stream(unknown)), [
      "advisory it: Unverified: 'retentionPeriod' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });
});
