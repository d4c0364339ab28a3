import * as assert from "node:assert/strict";
import { requirePipeFailurePath as rule } from "../../../../policies/rules/pipes/require-failure-path";
import { said, unknown } from "../../../support/policy";
import { arn } from "../../given";

const bounded = {
  maximumRetryAttempts: 5,
  maximumRecordAgeInSeconds: 3600,
  deadLetterConfig: { arn: arn.queue("failures") },
};
const pipe = (kinesisStreamParameters: Record<string, unknown>) => ({
  type: "aws:pipes/pipe:Pipe",
  inputs: { source: arn.stream("s"), sourceParameters: { kinesisStreamParameters } },
});
const tries = (input: string) =>
  `it: Retries a failed batch until its records expire: set kinesisStreamParameters.${input}.`;

describe(rule.name, () => {
  it("accepts a pipe behind a stream that gives up in time and keeps what it gave up on", async () => {
    assert.deepEqual(await said(rule, pipe(bounded)), []);
    assert.deepEqual(await said(rule, pipe({ ...bounded, maximumRetryAttempts: 0 })), []);
  });

  it("rejects one without bounds, or with none by -1", async () => {
    for (const input of ["maximumRetryAttempts", "maximumRecordAgeInSeconds"] as const) {
      const { [input]: _, ...others } = bounded;
      assert.deepEqual(await said(rule, pipe(others)), [tries(input)]);
      assert.deepEqual(await said(rule, pipe({ ...bounded, [input]: -1 })), [tries(input)]);
    }
  });

  it("rejects one without dead-letter queue", async () => {
    assert.deepEqual(await said(rule, pipe({ ...bounded, deadLetterConfig: {} })), [
      "it: Discards records when retries end: set kinesisStreamParameters.deadLetterConfig.",
    ]);
  });

  it("says that it cannot tell while the source or a bound is not known", async () => {
    const unverified = (path: string) =>
      `advisory it: Unverified: '${path}' of 'it' is not known before the update, and this rule depends on it.`;
    const given = { type: "aws:pipes/pipe:Pipe", inputs: { source: unknown } };
    assert.deepEqual(await said(rule, given), [unverified("source")]);
    assert.deepEqual(await said(rule, pipe({ ...bounded, maximumRetryAttempts: unknown })), [
      unverified("sourceParameters.kinesisStreamParameters.maximumRetryAttempts"),
    ]);
  });

  it("asks the same behind a table's stream, and nothing behind a queue or a broker", async () => {
    const source = "arn:aws:dynamodb:eu-central-1:123456789012:table/t/stream/2026";
    const given = { type: "aws:pipes/pipe:Pipe", inputs: { source } };
    assert.deepEqual(
      await said(rule, given),
      [
        "Retries a failed batch until its records expire: set dynamodbStreamParameters.maximumRetryAttempts.",
        "Retries a failed batch until its records expire: set dynamodbStreamParameters.maximumRecordAgeInSeconds.",
        "Discards records when retries end: set dynamodbStreamParameters.deadLetterConfig.",
      ].map((sentence) => `it: ${sentence}`),
    );
    for (const other of [arn.queue("q"), "smk://broker.example.com:9092", "arn:aws:toString:::x"])
      assert.deepEqual(await said(rule, { ...given, inputs: { source: other } }), []);
  });
});
