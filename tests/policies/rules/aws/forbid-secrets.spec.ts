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
    const variables = {
      API_TOKEN_ARN: secretArn,
      API_TOKEN: secretArn,
      TOKEN_URL: "https://example.com",
      SECRET: "",
      TABLE_NAME: "t",
      BATCH_SIZE: 7,
    };
    assert.deepEqual(await said(rule, lambda(variables)), []);
    const task = { type: "aws:ecs/taskDefinition:TaskDefinition", inputs: { family: "f" } };
    assert.deepEqual(await said(rule, task), []);
  });

  for (const name of [
    "PASSWORD",
    "DB_PASSWD",
    "DB_PASSWORD",
    "apiKey",
    "DD_API_KEY",
    "CLIENT_SECRET",
    "TOKEN",
    "PRIVATE_KEY",
    "privateKey",
    "CREDENTIAL",
    "CREDENTIALS",
  ])
    it(`rejects ${name} in clear`, async () => {
      for (const value of ["x", 7, `not ${secretArn}`])
        assert.deepEqual(await said(rule, lambda({ [name]: value })), [
          `it: Environment variable ${name} contains a secret: pass the ARN of a Secrets Manager secret instead.`,
        ]);
    });

  it("looks into the containers of a task as well", async () => {
    const inputs = (name: string, value: unknown) => ({
      family: "f",
      containerDefinitions: JSON.stringify([
        { name: "plain" },
        { name: "proxy", environment: [{ name, value }], secrets: [{ name: "DB_PASSWORD" }] },
      ]),
    });
    const type = "aws:ecs/taskDefinition:TaskDefinition";
    assert.deepEqual(await said(rule, { type, inputs: inputs("DB_PASSWORD", "x") }), [
      "it: Environment variable DB_PASSWORD contains a secret: pass the ARN of a Secrets Manager secret instead.",
    ]);
    for (const [name, value] of [
      ["DB_PASSWORD", secretArn],
      ["DB_NAME", "x"],
    ] as const)
      assert.deepEqual(await said(rule, { type, inputs: inputs(name, value) }), []);
    assert.deepEqual(await said(rule, { type, inputs: { containerDefinitions: unknown } }), [
      "advisory it: Unverified: 'containerDefinitions' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });

  it("rejects an access key under whatever name", async () => {
    assert.deepEqual(await said(rule, lambda({ NOTE: `use ${accessKeyId}` })), [
      "it: Environment variable NOTE contains an access key: use the function's execution role.",
    ]);
    const containerDefinitions = JSON.stringify([{ environment: [{ value: accessKeyId }] }]);
    assert.deepEqual(
      await said(rule, {
        type: "aws:ecs/taskDefinition:TaskDefinition",
        inputs: { containerDefinitions },
      }),
      ["it: A container definition contains an access key: use a task role."],
    );
  });

  for (const [type, path, instead] of [
    ...[
      ["splunkConfiguration", "hecToken"],
      ["httpEndpointConfiguration", "accessKey"],
      ["redshiftConfiguration", "password"],
      ["snowflakeConfiguration", "privateKey"],
    ].map(([configuration, input]) => [
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      `${configuration}.${input}`,
      `${configuration}.secretsManagerConfiguration`,
    ]),
    ["aws:redshift/cluster:Cluster", "masterPassword", "manageMasterPassword"],
    ["aws:redshiftserverless/namespace:Namespace", "adminUserPassword", "manageAdminPassword"],
    ["aws:rds/instance:Instance", "password", "manageMasterUserPassword"],
    ["aws:secretsmanager/secretVersion:SecretVersion", "secretString", "secretStringWo"],
    ["aws:secretsmanager/secretVersion:SecretVersion", "secretBinary", "secretStringWo"],
  ] as [string, string, string][]) {
    const inputsWith = (at: string, value: unknown) =>
      at.split(".").reduceRight((inner: unknown, key) => ({ [key]: inner }), value) as object;

    it(`rejects ${path} of ${type} in clear, and accepts what takes its place`, async () => {
      const inputs = { ...inputsWith(path, "x") };
      assert.deepEqual(await said(rule, { type, inputs }), [
        `it: ${path} contains a secret: use ${instead}.`,
      ]);
      assert.deepEqual(await said(rule, { type, inputs: { ...inputsWith(instead, true) } }), []);
    });
  }

  it("says of a variable that is not known yet that it may be one", async () => {
    assert.deepEqual(await said(rule, lambda({ API_TOKEN: unknown, QUEUE_URL: unknown })), [
      "advisory it: Unverified: 'environment.variables.API_TOKEN' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });
});
