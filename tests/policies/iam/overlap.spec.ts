import * as assert from "node:assert/strict";
import { canApply } from "../../../policies/iam/overlap";

const action = (...arns: string[]) => ({
  name: "sqs:SendMessage",
  types: arns.map((arn) => ({ name: "queue", arn, required: true })),
  keys: [],
});
const queue = action("arn:${Partition}:sqs:${Region}:${Account}:${QueueName}");
const rule = action("arn:${Partition}:iot:${Region}:${Account}:rule/${RuleName}");

/** A pattern, and whether it covers a rule of AWS IoT, of any name. */
const rows: [pattern: string, applies: boolean][] = [
  ["*", true],
  ["?*", true],
  ["arn:*", true],
  ["arn:*:iot", true],
  ["", false],
  ["rule/a", false],
  ["*a", false],
  ["rule*", false],
  ["arn:aws:iot:eu-central-1:123456789012:rule/a", true],
  ["arn:aws:iot:*:*:*", true],
  ["arn:aws:iot:*:*:r*", true],
  ["arn:aws:iot:*:*:*e/a", true],
  ["arn:aws:iot:*:*:r?le/a?c", true],
  ["arn:aws:iot:*:*:?ule/", true],
  ["arn:aws:i*t:*:*:rule/a", true],
  ["arn:aws:iot:*:*:rule/${aws:PrincipalTag/team}", true],
  ["arn:aws:iot:*:*:${aws:PrincipalTag/team}", true],
  ["arn:aws:iot:*:*:*/rules", true],
  ["arn:aws:iot:*:*:thing/a", false],
  ["arn:aws:iot:*:*:*/rules*", true],
  ["arn:aws:iot:*:*:x*/a", false],
  ["arn:aws:iot:*:*:rule", false],
  ["arn:aws:iot:*:*:?rule/a", false],
  ["arn:aws:iott:*:*:rule/a", false],
  ["arn:aws:sqs:*:*:rule/a", false],
];

describe("Whether an action applies to what a pattern covers", () => {
  for (const [pattern, applies] of rows)
    it(`'${pattern}' ${applies ? "may be" : "is never"} a rule of AWS IoT`, () =>
      assert.equal(canApply(rule, pattern), applies));

  it("is true if one of its types matches", () => {
    const both = action(...[queue, rule].flatMap(({ types }) => types.map(({ arn }) => arn)));
    assert.ok(canApply(both, "arn:aws:iot:*:*:rule/a"));
    assert.ok(canApply(both, "arn:aws:sqs:*:*:a"));
    assert.ok(!canApply(both, "arn:aws:sns:*:*:a"));
    assert.ok(!canApply(action(), "arn:aws:sqs:*:*:a"));
  });

  it("is false if the format in the reference is not an ARN", () => {
    assert.ok(!canApply(action("queue"), "arn:aws:sqs:*:*:queue"));
  });

  it("also compares regions and accounts: a bucket has neither", () => {
    const bucket = action("arn:${Partition}:s3:::${BucketName}");
    assert.ok(canApply(bucket, "arn:aws:s3:::a"));
    assert.ok(canApply(bucket, "arn:aws:s3:*:*:a"));
    assert.ok(!canApply(bucket, "arn:aws:s3:eu-central-1::a"));
    assert.ok(!canApply(bucket, "arn:aws:s3::123456789012:a"));
  });

  it("terminates for patterns of many wildcards", () => {
    const stars = "*a".repeat(300);
    assert.ok(!canApply(action(`arn:aws:sqs:::${stars}b`), `arn:aws:sqs:::${stars}c`));
  });
});
