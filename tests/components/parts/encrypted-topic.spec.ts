import * as assert from "node:assert/strict";
import { EncryptedTopic } from "../../../components/parts/encrypted-topic";
import { arn } from "../../../components/parts/names";
import { account, deploy, statements, type Made } from "../../support/deploy";
import { allow, arns } from "../support";
import { dependenciesOf } from "./dependencies";

const denied = {
  Sid: "DenyPlainText",
  Effect: "Deny",
  Principal: "*",
  Action: "sns:Publish",
  Resource: arns.topic("demo"),
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const administered = {
  Sid: "AdministeredByAccount",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: "kms:*",
  Resource: "*",
};

describe("EncryptedTopic", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => ({ statements: new EncryptedTopic("demo").publishStatements() }));
  });

  it("is encrypted with a key of its own that rotates, found by its alias", () => {
    const { policy, ...topic } = made.only("aws:sns/topic:Topic");
    assert.deepEqual(topic, {
      name: "iot-integrations-test-demo",
      kmsMasterKeyId: "alias/iot-integrations-test-demo",
      signatureVersion: 2,
    });
    assert.deepEqual(statements(policy), [denied]);
    const { policy: keyPolicy, ...key } = made.only("aws:kms/key:Key");
    assert.deepEqual(key, {
      description: "Encrypts the messages of topic iot-integrations-test-demo.",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
    });
    assert.deepEqual(statements(keyPolicy), [administered]);
    assert.deepEqual(made.only("aws:kms/alias:Alias"), {
      name: "alias/iot-integrations-test-demo",
      targetKeyId: "key-of-demo-key",
    });
  });

  it("waits for its alias, by which it names its key", () =>
    assert.deepEqual(dependenciesOf(made, "aws:sns/topic:Topic"), ["demo-key-alias"]));

  it("returns the statements for publishing: the topic, and keys with this alias only", () =>
    assert.deepEqual(made.outputs.statements, [
      allow("PublishToTopic", "sns:Publish", arns.topic("demo")),
      allow("EncryptForTopic", ["kms:GenerateDataKey", "kms:Decrypt"], arns.keys, {
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/iot-integrations-test-demo" },
      }),
    ]));

  it("permits services to use topic and key, each for one resource of this account", async () => {
    const admitting = await deploy(
      () =>
        new EncryptedTopic("demo", {
          admits: [
            { service: "cloudwatch.amazonaws.com", sourceArn: arn.alarm("a-*") },
            { service: "s3.amazonaws.com", sourceArn: arn.bucket("b") },
          ],
        }),
    );
    const admitted = [
      ["cloudwatch.amazonaws.com", `arn:aws:cloudwatch:eu-central-1:${account}:alarm:a-*`, ""],
      ["s3.amazonaws.com", "arn:aws:s3:::b", "2"],
    ].map(([Service, sourceArn, nth]) => ({
      nth,
      Effect: "Allow",
      Principal: { Service },
      Condition: {
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: { "aws:SourceArn": sourceArn },
      },
    }));
    assert.deepEqual(statements(admitting.only("aws:sns/topic:Topic").policy), [
      denied,
      ...admitted.map(({ nth, ...rest }) => ({
        ...rest,
        Sid: `PublishToTopic${nth}`,
        Action: "sns:Publish",
        Resource: arns.topic("demo"),
      })),
    ]);
    assert.deepEqual(statements(admitting.only("aws:kms/key:Key").policy), [
      administered,
      ...admitted.map(({ nth, ...rest }) => ({
        ...rest,
        Sid: `EncryptForTopic${nth}`,
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: "*",
      })),
    ]);
  });
});
