import * as assert from "node:assert/strict";
import { requireAccountName as rule } from "../../../../policies/rules/aws/require-account-name";
import { said } from "../../../support/policy";

const singletons = [
  "aws:iot/loggingOptions:LoggingOptions",
  "aws:iot/eventConfigurations:EventConfigurations",
  "aws:iot/indexingConfiguration:IndexingConfiguration",
  "aws:apigateway/account:Account",
  "aws:sns/smsPreferences:SmsPreferences",
  "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings",
  "aws:lakeformation/dataLakeSettings:DataLakeSettings",
  "aws:xray/encryptionConfig:EncryptionConfig",
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
  "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
  "aws:iam/accountAlias:AccountAlias",
];
const logGroup = (name: string) => ({ type: "aws:cloudwatch/logGroup:LogGroup", inputs: { name } });

describe(rule.name, () => {
  it("is about settings of an account and log groups", () => {
    assert.deepEqual(rule.types, [...singletons, "aws:cloudwatch/logGroup:LogGroup"]);
  });

  for (const type of singletons)
    it(`rejects a ${type} without the name of an account's resource`, async () => {
      assert.deepEqual(await said(rule, { type, name: "logging", inputs: {} }), [
        "logging: Is one setting of the whole account and region, which every other stack overwrites: name it 'account-…', and declare it in one stack only.",
      ]);
      assert.deepEqual(await said(rule, { type, name: "account-logging", inputs: {} }), []);
    });

  it("rejects a log group whose name AWS fixed, whatever its logical name", async () => {
    for (const [name, owner] of [
      ["AWSIotLogsV2", "AWS IoT"],
      ["AWSIotLogs", "AWS IoT"],
      ["RDSOSMetrics", "Amazon RDS"],
    ] as const)
      assert.deepEqual(await said(rule, { ...logGroup(name), name: "account-logs" }), [
        `account-logs: Is the log group of ${owner} for the whole account and region, so a second stack fails to create it: let ${owner} create it.`,
      ]);
  });

  it("accepts every other log group", async () => {
    for (const name of ["/aws/lambda/worker", "constructor"])
      assert.deepEqual(await said(rule, logGroup(name)), []);
    assert.deepEqual(await said(rule, { ...logGroup(""), inputs: {} }), []);
  });
});
