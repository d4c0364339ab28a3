import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, placedName, type Arn } from "./names";
import {
  allow,
  type Action,
  denyPlainText,
  onBehalfOf,
  policyDocument,
  type ResourceStatement,
  type Statement,
} from "./policy-document";
import { roleArnOf } from "./role";

export interface EncryptedTopicArgs {
  /** AWS services that publish on their own behalf, such as CloudWatch alarms. Roles are allowed by their own statements. @default none */
  admits?: { service: `${string}.amazonaws.com`; sourceArn: Arn }[];
  /**
   * The logical names of the topic rules and functions that publish. The key must name their roles, which do not exist when it is
   * created. @default none
   */
  publishers?: string[];
  /** Another Region than that of the stack. @default that of the stack */
  region?: string;
}

/**
 * An SNS standard topic, encrypted with a key of its own and reachable over TLS only. The policy of the AWS-managed key
 * `alias/aws/sns` cannot admit CloudWatch, whose notifications would fail without an error.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic.html
 */
export class EncryptedTopic extends pulumi.ComponentResource {
  readonly arn: Arn;
  readonly name: string;
  /** If it is another one than that of the stack. */
  readonly region: string | undefined;
  readonly topic: aws.sns.Topic;

  constructor(name: string, args: EncryptedTopicArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:EncryptedTopic", name, {}, opts);
    const parent = { parent: this };
    const admitted = args.admits ?? [];
    const { region } = args;
    const placed = region === undefined ? {} : { region };
    this.region = region;
    this.name = placedName("topic", name, region);
    this.arn = arn.topic(this.name, region);
    const keyAlias = `alias/${placedName("key alias", name, region)}`;
    const publishers = (args.publishers ?? []).map(roleArnOf);

    const key = new aws.kms.Key(
      `${name}-key`,
      {
        ...placed,
        description: `Encrypts the messages of topic ${this.name}.`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: policyDocument([
          administeredByAccount(),
          ...(publishers.length > 0 ? [usedByRoles(publishers)] : []),
          ...admitted.map(mayUseKey),
        ]),
      },
      parent,
    );
    const alias = new aws.kms.Alias(
      `${name}-key-alias`,
      { ...placed, name: keyAlias, targetKeyId: key.keyId },
      parent,
    );
    this.topic = new aws.sns.Topic(
      name,
      {
        ...placed,
        name: this.name,
        kmsMasterKeyId: keyAlias,
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

  /**
   * The statements that allow the role of a publisher to publish: to the topic, and with its key. The ARN of a key is unknown at the first
   * preview, so the encryption context selects it: SNS encrypts for this topic only.
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html#sse-encryption-context
   */
  publishStatements(): Statement[] {
    return [
      allow("PublishToTopic", "sns:Publish", this.arn),
      allow("EncryptForTopic", useOfKey, arn.keys(this.region), {
        StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": this.arn },
      }),
    ];
  }
}

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#send-to-encrypted-topic */
const useOfKey: Action[] = ["kms:GenerateDataKey", "kms:Decrypt"];

type Admission = NonNullable<EncryptedTopicArgs["admits"]>[number];

/**
 * Without this statement no principal could change the key, not even the root user of the account. It lists what AWS's console gives to
 * key administrators, so that administrators cannot encrypt or decrypt.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators
 */
const administeredByAccount = (): ResourceStatement => ({
  Sid: "AdministeredByAccount",
  Effect: "Allow",
  Principal: { AWS: arn.root() },
  Action: [
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListAliases",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
  ],
  // In a key policy `*` means this key.
  Resource: "*",
});

/**
 * Lets the IAM policies of these roles allow the use of the key, and of no other principal. KMS refuses a policy that names a role that
 * does not exist yet; a condition may.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
const usedByRoles = (roles: Arn[]): ResourceStatement => ({
  Sid: "EncryptForPublishers",
  Effect: "Allow",
  Principal: { AWS: arn.root() },
  Action: useOfKey,
  Resource: "*",
  Condition: { ArnEquals: { "aws:PrincipalArn": pulumi.all(roles) } },
});

const mayUseKey = ({ service, sourceArn }: Admission): ResourceStatement => ({
  Sid: "EncryptForTopic",
  Effect: "Allow",
  Principal: { Service: service },
  Action: useOfKey,
  Resource: "*",
  Condition: onBehalfOf(service, "kms:GenerateDataKey", sourceArn),
});

const mayPublish = ({ service, sourceArn }: Admission, topic: Arn): ResourceStatement => ({
  Sid: "PublishToTopic",
  Effect: "Allow",
  Principal: { Service: service },
  Action: "sns:Publish",
  Resource: topic,
  Condition: onBehalfOf(service, "sns:Publish", sourceArn),
});
