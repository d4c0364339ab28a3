import * as assert from "node:assert/strict";
import { EncryptedTopic } from "../../../components/parts/encrypted-topic";
import { arn } from "../../../components/parts/names";
import { account, deploy, statements, type Made } from "../../support/deploy";
import { administered, encryptFor, usedBy } from "../keys";
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

  it("returns the statements for publishing: the topic, and keys for the messages of this topic only", () =>
    assert.deepEqual(made.outputs.statements, [
      allow("PublishToTopic", "sns:Publish", arns.topic("demo")),
      encryptFor("demo"),
    ]));

  it("names the roles of its publishers in the policy of the key, known at the first preview", async () => {
    const preview = await deploy(
      () => new EncryptedTopic("demo", { publishers: ["ingest", "formatter"] }),
      { preview: true },
    );
    assert.deepEqual(statements(preview.only("aws:kms/key:Key").policy), [
      administered,
      usedBy("ingest-role", "formatter-role"),
    ]);
  });

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
    const thisAccount = { StringEquals: { "aws:SourceAccount": account } };
    const alarms = `arn:aws:cloudwatch:eu-central-1:${account}:alarm:a-*`;
    const forAlarms = { ArnLike: { "aws:SourceArn": alarms } };
    const forBucket = { ArnLike: { "aws:SourceArn": "arn:aws:s3:::b" } };
    // The conditions of topic and key, with the keys that AWS documents for each.
    const admitted = [
      ["cloudwatch.amazonaws.com", "", forAlarms, { ...thisAccount, ...forAlarms }],
      ["s3.amazonaws.com", "2", { ...thisAccount, ...forBucket }, {}],
    ].map(([Service, nth, ofTopic, ofKey]) => ({
      nth,
      ofTopic,
      ofKey,
      rest: { Effect: "Allow", Principal: { Service } },
    }));
    assert.deepEqual(statements(admitting.only("aws:sns/topic:Topic").policy), [
      denied,
      ...admitted.map(({ nth, rest, ofTopic }) => ({
        ...rest,
        Sid: `PublishToTopic${nth as string}`,
        Action: "sns:Publish",
        Resource: arns.topic("demo"),
        Condition: ofTopic,
      })),
    ]);
    assert.deepEqual(statements(admitting.only("aws:kms/key:Key").policy), [
      administered,
      ...admitted.map(({ nth, rest, ofKey }) => ({
        ...rest,
        Sid: `EncryptForTopic${nth as string}`,
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: "*",
        Condition: ofKey,
      })),
    ]);
  });
});
