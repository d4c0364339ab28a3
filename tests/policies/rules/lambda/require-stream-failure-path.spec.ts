import * as assert from "node:assert/strict";
import { requireStreamFailurePath as rule } from "../../../../policies/rules/lambda/require-stream-failure-path";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, changed } from "../../given";

const mapping: Given = {
  type: "aws:lambda/eventSourceMapping:EventSourceMapping",
  inputs: {
    eventSourceArn: arn.stream("telemetry"),
    functionName: "writer",
    startingPosition: "TRIM_HORIZON",
    maximumRetryAttempts: 5,
    maximumRecordAgeInSeconds: 21_600,
    bisectBatchOnFunctionError: true,
    destinationConfig: { onFailure: { destinationArn: arn.bucket("failures") } },
  },
};
const retries =
  "it: Retries a failed batch until its records expire: set maximumRetryAttempts to a value from 0 to 10000.";
const age =
  "it: Retries a failed batch until its records expire: set maximumRecordAgeInSeconds to a value from 60 to 604800.";
const bisect = "it: Fails the whole batch when one record fails: set bisectBatchOnFunctionError.";
const destination =
  "it: Has no on-failure destination, so records are lost when retries end: set destinationConfig.onFailure.";

describe(rule.name, () => {
  it("accepts a mapping that gives up in time and keeps what it gave up on", async () => {
    assert.deepEqual(await said(rule, mapping), []);
  });

  it("asks the same of a table's stream", async () => {
    const eventSourceArn = "arn:aws:dynamodb:eu-central-1:123456789012:table/t/stream/2026";
    const inputs = { eventSourceArn, functionName: "writer", startingPosition: "LATEST" };
    assert.deepEqual(await said(rule, { ...mapping, inputs }), [retries, age, bisect, destination]);
  });

  for (const maximumRetryAttempts of [undefined, -1, 10_001])
    it(`rejects ${maximumRetryAttempts} retries`, async () => {
      assert.deepEqual(await said(rule, changed(mapping, { maximumRetryAttempts })), [retries]);
    });

  it("accepts no retries at all, and as many as there can be", async () => {
    for (const maximumRetryAttempts of [0, 10_000])
      assert.deepEqual(await said(rule, changed(mapping, { maximumRetryAttempts })), []);
  });

  for (const maximumRecordAgeInSeconds of [undefined, -1, 59])
    it(`rejects an age of ${maximumRecordAgeInSeconds}`, async () => {
      assert.deepEqual(await said(rule, changed(mapping, { maximumRecordAgeInSeconds })), [age]);
    });

  for (const bisectBatchOnFunctionError of [undefined, false])
    it(`rejects bisectBatchOnFunctionError: ${bisectBatchOnFunctionError}`, async () => {
      assert.deepEqual(await said(rule, changed(mapping, { bisectBatchOnFunctionError })), [
        bisect,
      ]);
    });

  it("rejects a mapping without an on-failure destination", async () => {
    for (const destinationConfig of [undefined, {}, { onFailure: {} }])
      assert.deepEqual(await said(rule, changed(mapping, { destinationConfig })), [destination]);
  });

  it("accepts a destination that is not known yet", async () => {
    const destinationConfig = { onFailure: { destinationArn: unknown } };
    assert.deepEqual(await said(rule, changed(mapping, { destinationConfig })), []);
  });

  it("asks nothing of the mapping of a queue", async () => {
    const inputs = { eventSourceArn: arn.queue("orders"), functionName: "worker" };
    assert.deepEqual(await said(rule, { ...mapping, inputs }), []);
  });

  it("names a source that is not known yet", async () => {
    assert.deepEqual(await said(rule, changed(mapping, { eventSourceArn: unknown })), [
      "advisory it: Unverified: 'eventSourceArn' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });
});
