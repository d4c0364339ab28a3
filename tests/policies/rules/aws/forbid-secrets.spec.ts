import * as assert from "node:assert/strict";
import { forbidSecrets as rule } from "../../../../policies/rules/aws/forbid-secrets";
import { said, unknown } from "../../../support/policy";

const lambda = (variables: unknown) => ({
  type: "aws:lambda/function:Function",
  inputs: { name: "f", environment: { variables } },
});
const secretArn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:token-a1b2c3";
/** Written so that no scanner takes it for a key. */
const accessKeyId = ["AKIA", "IOSFODNN7EXAMPLE"].join("");

describe(rule.name, () => {
  it("accepts what says where a secret is", async () => {
    const variables = { API_TOKEN_ARN: secretArn, API_TOKEN: secretArn, TABLE_NAME: "t" };
    assert.deepEqual(await said(rule, lambda(variables)), []);
  });

  for (const name of ["PASSWORD", "DB_PASSWORD", "apiKey", "DD_API_KEY", "CLIENT_SECRET", "TOKEN"])
    it(`rejects ${name} in clear`, async () => {
      assert.deepEqual(await said(rule, lambda({ [name]: "x" })), [
        `it: Environment variable ${name} holds a secret: hand over the ARN of one.`,
      ]);
    });

  it("rejects an access key under whatever name", async () => {
    assert.deepEqual(await said(rule, lambda({ NOTE: `use ${accessKeyId}` })), [
      "it: Environment variable NOTE holds an access key: give the function a role.",
    ]);
    const containerDefinitions = JSON.stringify([{ environment: [{ value: accessKeyId }] }]);
    assert.deepEqual(
      await said(rule, {
        type: "aws:ecs/taskDefinition:TaskDefinition",
        inputs: { containerDefinitions },
      }),
      ["it: A container definition holds an access key: give the task a role."],
    );
  });

  it("rejects inputs that take a secret in clear", async () => {
    const type = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
    assert.deepEqual(
      await said(rule, { type, inputs: { splunkConfiguration: { hecToken: "x" } } }),
      [
        "it: splunkConfiguration.hecToken holds a secret: use splunkConfiguration.secretsManagerConfiguration.",
      ],
    );
    const inputs = { splunkConfiguration: { secretsManagerConfiguration: { secretArn } } };
    assert.deepEqual(await said(rule, { type, inputs }), []);
  });

  it("says of a variable that is not known yet that it may be one", async () => {
    assert.deepEqual(await said(rule, lambda({ API_TOKEN: unknown, QUEUE_URL: unknown })), [
      "advisory it: Unverified: 'environment.variables.API_TOKEN' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });
});
