import { account } from "../support/deploy";
import { allow, arns } from "./support";

const use = ["kms:GenerateDataKey", "kms:Decrypt"];
const root = { AWS: `arn:aws:iam::${account}:root` };

/** The statement of the policy of a key that lets the account manage it, and neither encrypt nor decrypt. */
export const administered = {
  Sid: "AdministeredByAccount",
  Effect: "Allow",
  Principal: root,
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
  Resource: "*",
};

/** The statement of the policy of a key that lets the IAM policies of these roles allow its use. */
export const usedBy = (...roles: string[]) => ({
  Sid: "EncryptForPublishers",
  Effect: "Allow",
  Principal: root,
  Action: use,
  Resource: "*",
  Condition: { ArnEquals: { "aws:PrincipalArn": roles.map(arns.role) } },
});

/** The statement of a publisher: keys of the account, for the messages of one topic. */
export const encryptFor = (topic: string) =>
  allow("EncryptForTopic", use, arns.keys, {
    StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": arns.topic(topic) },
  });
