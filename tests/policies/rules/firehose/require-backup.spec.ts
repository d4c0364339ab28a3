import * as assert from "node:assert/strict";
import { requireBackup as rule } from "../../../../policies/rules/firehose/require-backup";
import { said } from "../../../support/policy";
import { arn } from "../../given";

const stream = (inputs: Record<string, unknown>) => ({
  type: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  inputs: { name: "d", ...inputs },
});

describe(rule.name, () => {
  it("accepts a destination with a bucket for what fails", async () => {
    const s3Configuration = { bucketArn: arn.bucket("b"), roleArn: arn.role("d") };
    assert.deepEqual(
      await said(
        rule,
        stream({ destination: "splunk", splunkConfiguration: { s3Configuration } }),
        stream({ extendedS3Configuration: { errorOutputPrefix: "errors/" } }),
      ),
      [],
    );
  });

  for (const name of [
    "elasticsearchConfiguration",
    "httpEndpointConfiguration",
    "icebergConfiguration",
    "opensearchConfiguration",
    "opensearchserverlessConfiguration",
    "redshiftConfiguration",
    "snowflakeConfiguration",
    "splunkConfiguration",
  ])
    it(`rejects ${name} without one`, async () => {
      assert.deepEqual(await said(rule, stream({ [name]: { s3Configuration: {} } })), [
        `it: Discards data that it cannot deliver: set ${name}.s3Configuration.`,
      ]);
    });

  it("rejects a bucket without a place of its own for errors", async () => {
    const extendedS3Configuration = { bucketArn: arn.bucket("b") };
    assert.deepEqual(await said(rule, stream({ extendedS3Configuration })), [
      "it: Writes failed records under the default error prefix: set extendedS3Configuration.errorOutputPrefix.",
    ]);
  });
});
