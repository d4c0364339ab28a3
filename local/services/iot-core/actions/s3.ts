import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import * as v from "valibot";
import { checkRole } from "../../../aws/role-permissions";
import type { ActionKind } from "./action";

/** The canned ACLs of S3 that apply to objects. */
const cannedAcls = [
  "private",
  "public-read",
  "public-read-write",
  "authenticated-read",
  "aws-exec-read",
  "bucket-owner-read",
  "bucket-owner-full-control",
] as const;

const Settings = v.strictObject({
  bucketName: v.string(),
  key: v.string(),
  cannedAcl: v.optional(v.picklist(cannedAcls)),
  roleArn: v.string(),
});

/**
 * Puts the payload into a bucket as one object; a message with the same key replaces it.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/s3-rule-action.html
 */
export const s3: ActionKind = {
  list: "s3",
  single: "s3",
  failedAction: "S3Action",
  prepare(settings, { template }) {
    const { bucketName, key, cannedAcl, roleArn } = v.parse(Settings, settings);
    const keyOf = template(key);
    return {
      roleArn,
      target: template(bucketName),
      async perform({ clients, credentials, message, payload }, Bucket) {
        const Key = await keyOf(message);
        const resource = `arn:aws:s3:::${Bucket}/${Key}`;
        // The emulator does not check this permission.
        if (cannedAcl) await checkRole(clients, { roleArn, action: "s3:PutObjectAcl", resource });
        await clients.get(S3Client, credentials).send(
          new PutObjectCommand({
            Bucket,
            Key,
            Body: payload,
            ...(cannedAcl && { ACL: cannedAcl }),
          }),
        );
      },
    };
  },
};
