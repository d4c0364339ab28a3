import * as assert from "node:assert/strict";
import { forbidEndedServices as rule } from "../../../../policies/rules/aws/forbid-ended-services";
import { said } from "../../../support/policy";

const topicRule = (inputs: Record<string, unknown>) => ({
  type: "aws:iot/topicRule:TopicRule",
  inputs: { name: "r", ...inputs },
});
const application = (runtimeEnvironment: string) => ({
  type: "aws:kinesisanalyticsv2/application:Application",
  inputs: { runtimeEnvironment },
});
const sql =
  "it: Is Kinesis Data Analytics for SQL, which AWS ended or closed on 2026-01-27: use Managed Service for Apache Flink, or a function with a tumbling window.";

describe(rule.name, () => {
  it("accepts what AWS goes on with", async () => {
    assert.deepEqual(await said(rule, topicRule({ sqs: [{}] }), application("FLINK-1_20")), []);
  });

  it("rejects actions of services that have ended, also on errors", async () => {
    const analytics =
      "it: Is AWS IoT Analytics, which AWS ended or closed on 2025-12-15: use a delivery stream to S3, with Glue and Athena.";
    assert.deepEqual(await said(rule, topicRule({ iotAnalytics: [{ channelName: "c" }] })), [
      analytics,
    ]);
    assert.deepEqual(await said(rule, topicRule({ errorAction: { iotAnalytics: {} } })), [
      analytics,
    ]);
    assert.deepEqual(await said(rule, topicRule({ iotEvents: [{ inputName: "i" }] })), [
      "it: Is AWS IoT Events, which AWS ended or closed on 2026-05-20: use a Step Functions workflow, or a function with a table.",
    ]);
  });

  it("rejects SQL applications in both of their forms", async () => {
    const type = "aws:kinesis/analyticsApplication:AnalyticsApplication";
    assert.deepEqual(await said(rule, { type, inputs: {} }), [sql]);
    assert.deepEqual(await said(rule, application("SQL-1_0")), [sql]);
  });

  it("rejects databases that new accounts cannot make", async () => {
    for (const type of ["table:Table", "database:Database"])
      assert.deepEqual(await said(rule, { type: `aws:timestreamwrite/${type}`, inputs: {} }), [
        "it: Is Timestream for LiveAnalytics, which AWS ended or closed on 2025-06-20: use Timestream for InfluxDB; accounts with existing access can keep it under a waiver.",
      ]);
  });
});
