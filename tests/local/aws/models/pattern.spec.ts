import * as assert from "node:assert/strict";
import { loadModel } from "../../../../local/aws/models/model";
import { unreadablePatterns, wholeValue } from "../../../../local/aws/models/pattern";
import { botocoreData } from "../botocore";

/** Pattern, accepted values, rejected values. */
const cases: [pattern: string, taken: string[], refused: string[]][] = [
  ["[a-z]+", ["a"], ["a1", "1a", "a\n"]],
  ["^a|b$", ["a", "b"], ["ab", "ax", "xb"]],
  ["[\\p{L}\\p{Z}]+", ["Straße "], ["p{L}", "1"]],
  ["[\\p{Graph}\\x20]*", ["a b~", ""], ["ä", "a\tb"]],
  ["\\p{Print}+", ["a b"], ["", "\t", "ä"]],
  ["[\\p{Upper}\\p{Digit}_]+", ["A1_"], ["a", "p{U}"]],
  ["[^\\p{Cntrl}]*", ["aé"], ["a\u007F", "\n"]],
  ["\\A\\S[\\p{Print}]*\\z", ["a b"], [" a", "a\t"]],
  ["(?i)https?://.*", ["HTTPS://example.com"], ["ftp://example.com"]],
  ["[A-Za-z0-9\\_\\-]+", ["a_b-c"], ["a.b"]],
  ["[\\[\\]a\\p{Digit}]+", ["[a1]"], ["b"]],
];

const services = [
  "SQS",
  "SNS",
  "DynamoDB",
  "S3",
  "Kinesis",
  "Lambda",
  "IAM",
  "IoT",
  "IoT Data Plane",
  "STS",
  "KMS",
  "CloudWatch",
  "CloudWatch Logs",
  "SageMaker Runtime",
];

describe("A pattern of a model", () => {
  for (const [pattern, taken, refused] of cases) {
    it(`${pattern} is read as Java reads it, and means the whole value`, () => {
      const test = wholeValue(pattern);
      assert.deepEqual(
        taken.filter((value) => !test?.test(value)),
        [],
      );
      assert.deepEqual(
        refused.filter((value) => test?.test(value)),
        [],
      );
    });
  }

  it("is no test where JavaScript has no equal", () => {
    assert.equal(wholeValue("a++"), undefined);
    assert.equal(wholeValue("\\p{IsHangul}+"), undefined);
  });

  it("is named with its shape where it is no test", () => {
    const shapes = {
      Fine: { type: "string", pattern: "a" },
      Odd: { type: "string", pattern: "a++" },
    };
    const model = { metadata: { serviceId: "Example" }, operations: {}, shapes };
    assert.deepEqual(unreadablePatterns(model), ["Odd: a++"]);
  });

  for (const service of services) {
    it(`of ${service} is always a test`, () => {
      assert.deepEqual(unreadablePatterns(loadModel(botocoreData, service)), []);
    });
  }
});
