import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountId, arn, physicalName, type Arn } from "./names";
import {
  allow,
  denyPlainText,
  policyDocument,
  type ResourceStatement,
  type Statement,
} from "./policy-document";

export interface EncryptedTopicArgs {
  /** AWS services that publish on their own behalf, such as CloudWatch alarms. Roles are allowed by their own statements. @default none */
  admits?: { service: `${string}.amazonaws.com`; sourceArn: Arn }[];
}

/**
 * An SNS standard topic, encrypted with a key of its own and reachable over TLS only. The policy of the AWS-managed key
 * `alias/aws/sns` cannot admit CloudWatch, whose notifications would fail without an error.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic.html
 */
export class EncryptedTopic extends pulumi.ComponentResource {
  readonly arn: Arn;
  readonly name: string;
  readonly topic: aws.sns.Topic;
  private readonly keyAlias: string;

  constructor(name: string, args: EncryptedTopicArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:EncryptedTopic", name, {}, opts);
    const parent = { parent: this };
    const admitted = args.admits ?? [];
    this.name = physicalName("topic", name);
    this.arn = arn.topic(this.name);
    this.keyAlias = `alias/${physicalName("key alias", name)}`;

    const key = new aws.kms.Key(
      `${name}-key`,
      {
        description: `Encrypts the messages of topic ${this.name}.`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: policyDocument([administeredByAccount(), ...admitted.map(mayUseKey)]),
      },
      parent,
    );
    const alias = new aws.kms.Alias(
      `${name}-key-alias`,
      { name: this.keyAlias, targetKeyId: key.keyId },
      parent,
    );
    this.topic = new aws.sns.Topic(
      name,
      {
        name: this.name,
        kmsMasterKeyId: this.keyAlias,
        signatureVersion: 2,
        policy: policyDocument([
          denyPlainText("sns:Publish", this.arn),
          ...admitted.map((admission) => mayPublish(admission, this.arn)),
        ]),
      },
      { ...parent, dependsOn: alias },
    );
    this.registerOutputs({ arn: this.arn });
  }

  /** The statements that allow a role to publish: to the topic, and with its key by alias, since the ARN of a key is unknown at the first preview. */
  publishStatements(): Statement[] {
    return [
      allow("PublishToTopic", "sns:Publish", this.arn),
      allow("EncryptForTopic", ["kms:GenerateDataKey", "kms:Decrypt"], arn.keys(), {
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": this.keyAlias },
      }),
    ];
  }
}

type Admission = NonNullable<EncryptedTopicArgs["admits"]>[number];

const onBehalfOf = (sourceArn: Arn) => ({
  StringEquals: { "aws:SourceAccount": accountId() },
  ArnLike: { "aws:SourceArn": sourceArn },
});

/**
 * Without this statement no principal could change the key, not even the root user of the account.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
const administeredByAccount = (): ResourceStatement => ({
  Sid: "AdministeredByAccount",
  Effect: "Allow",
  Principal: { AWS: arn.root() },
  Action: "kms:*",
  // In a key policy `*` means this key.
  Resource: "*",
});

const mayUseKey = ({ service, sourceArn }: Admission): ResourceStatement => ({
  Sid: "EncryptForTopic",
  Effect: "Allow",
  Principal: { Service: service },
  Action: ["kms:GenerateDataKey", "kms:Decrypt"],
  Resource: "*",
  Condition: onBehalfOf(sourceArn),
});

const mayPublish = ({ service, sourceArn }: Admission, topic: Arn): ResourceStatement => ({
  Sid: "PublishToTopic",
  Effect: "Allow",
  Principal: { Service: service },
  Action: "sns:Publish",
  Resource: topic,
  Condition: onBehalfOf(sourceArn),
});
