import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type BucketVersioningStatus,
  type Event,
  type ExpirationStatus,
} from "@aws-sdk/client-s3";
import type * as aws from "@pulumi/aws";
import type { asset } from "@pulumi/pulumi";
import { readFile } from "node:fs/promises";
import {
  documentOf,
  inputsOf,
  referenceOf,
  type Provisioner,
  type Provisioners,
} from "../provisioner";

const bucket: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.s3.BucketArgs, "bucket">(resource, "bucket");
  const LocationConstraint = clients.account.region as "eu-central-1";
  await clients.get(S3Client).send(
    new CreateBucketCommand({
      Bucket: inputs.bucket,
      CreateBucketConfiguration: { LocationConstraint },
    }),
  );
  return { id: inputs.bucket, state: { ...inputs, arn: `arn:aws:s3:::${inputs.bucket}` } };
};

const bucketPolicy: Provisioner = async (resource, { clients }) => {
  const { bucket: Bucket, policy } = inputsOf<aws.s3.BucketPolicyArgs>(resource);
  await clients
    .get(S3Client)
    .send(new PutBucketPolicyCommand({ Bucket, Policy: documentOf(policy) }));
  return { id: Bucket, state: resource.plain };
};

const bucketPublicAccessBlock: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.s3.BucketPublicAccessBlockArgs>(resource);
  await clients.get(S3Client).send(
    new PutPublicAccessBlockCommand({
      Bucket: inputs.bucket,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: inputs.blockPublicAcls,
        BlockPublicPolicy: inputs.blockPublicPolicy,
        IgnorePublicAcls: inputs.ignorePublicAcls,
        RestrictPublicBuckets: inputs.restrictPublicBuckets,
      },
    }),
  );
  return { id: inputs.bucket, state: resource.plain };
};

const bucketLifecycleConfiguration: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<aws.s3.BucketLifecycleConfigurationArgs, "rules">(resource, "rules");
  await clients.get(S3Client).send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket: inputs.bucket,
      LifecycleConfiguration: {
        Rules: inputs.rules.map((rule) => ({
          ID: rule.id,
          Status: rule.status as ExpirationStatus,
          Filter: { Prefix: rule.filter?.prefix ?? "" },
          Expiration: { Days: rule.expiration?.days },
          ...(rule.noncurrentVersionExpiration && {
            NoncurrentVersionExpiration: {
              NoncurrentDays: rule.noncurrentVersionExpiration.noncurrentDays,
            },
          }),
          ...(rule.abortIncompleteMultipartUpload && {
            AbortIncompleteMultipartUpload: {
              DaysAfterInitiation: rule.abortIncompleteMultipartUpload.daysAfterInitiation,
            },
          }),
        })),
      },
    }),
  );
  notHonoured("Objects, items and messages do not expire while this runs.");
  return { id: inputs.bucket, state: resource.plain };
};

const bucketNotification: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.s3.BucketNotificationArgs>(resource);
  await clients.get(S3Client).send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: inputs.bucket,
      NotificationConfiguration: {
        ...(inputs.eventbridge === true && { EventBridgeConfiguration: {} }),
        QueueConfigurations: (inputs.queues ?? []).map(({ id, queueArn, events }) => ({
          Id: id,
          QueueArn: queueArn,
          Events: events as Event[],
        })),
      },
    }),
  );
  return { id: inputs.bucket, state: resource.plain };
};

const bucketObject: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.s3.BucketObjectv2Args, "bucket" | "key">(resource, "bucket", "key");
  const file = inputs.source as asset.FileAsset | undefined;
  await clients.get(S3Client).send(
    new PutObjectCommand({
      Bucket: referenceOf(inputs.bucket as string),
      Key: inputs.key,
      Body: file ? await readFile(await file.path) : inputs.content,
      ContentType: inputs.contentType,
    }),
  );
  return { id: inputs.key, state: resource.plain };
};

const bucketVersioning: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.s3.BucketVersioningArgs>(resource);
  await clients.get(S3Client).send(
    new PutBucketVersioningCommand({
      Bucket: inputs.bucket,
      VersioningConfiguration: {
        Status: inputs.versioningConfiguration.status as BucketVersioningStatus,
      },
    }),
  );
  return { id: inputs.bucket, state: resource.plain };
};

export const provisioners: Provisioners = {
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketLifecycleConfiguration,
  "aws:s3/bucketNotification:BucketNotification": bucketNotification,
  "aws:s3/bucketObjectv2:BucketObjectv2": bucketObject,
  "aws:s3/bucketPolicy:BucketPolicy": bucketPolicy,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketPublicAccessBlock,
  "aws:s3/bucketVersioning:BucketVersioning": bucketVersioning,
};
