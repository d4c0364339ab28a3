import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
  type Event,
} from "@aws-sdk/client-s3";
import { inputsOf, type Provisioner } from "../provisioner";

export const bucket: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<{ bucket: string }>(resource);
  const LocationConstraint = clients.account.region as "eu-central-1";
  await clients.get(S3Client).send(
    new CreateBucketCommand({
      Bucket: inputs.bucket,
      CreateBucketConfiguration: { LocationConstraint },
    }),
  );
  return { id: inputs.bucket, state: { ...inputs, arn: `arn:aws:s3:::${inputs.bucket}` } };
};

export const bucketPolicy: Provisioner = async (resource, { clients }) => {
  const { bucket: Bucket, policy: Policy } = inputsOf<{ bucket: string; policy: string }>(resource);
  await clients.get(S3Client).send(new PutBucketPolicyCommand({ Bucket, Policy }));
  return { id: Bucket, state: resource.plain };
};

interface AccessInputs {
  bucket: string;
  blockPublicAcls?: boolean;
  blockPublicPolicy?: boolean;
  ignorePublicAcls?: boolean;
  restrictPublicBuckets?: boolean;
}

export const bucketPublicAccessBlock: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<AccessInputs>(resource);
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

interface LifecycleInputs {
  bucket: string;
  rules: {
    id: string;
    status: "Enabled" | "Disabled";
    filter?: { prefix?: string };
    expiration?: { days?: number };
  }[];
}

export const bucketLifecycleConfiguration: Provisioner = async (
  resource,
  { clients, notHonoured },
) => {
  const inputs = inputsOf<LifecycleInputs>(resource);
  await clients.get(S3Client).send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket: inputs.bucket,
      LifecycleConfiguration: {
        Rules: inputs.rules.map(({ id, status, filter, expiration }) => ({
          ID: id,
          Status: status,
          Filter: { Prefix: filter?.prefix ?? "" },
          Expiration: { Days: expiration?.days },
        })),
      },
    }),
  );
  notHonoured("Objects, items and messages do not expire while this runs.");
  return { id: inputs.bucket, state: resource.plain };
};

interface NotificationInputs {
  bucket: string;
  queues?: { id?: string; queueArn: string; events: Event[] }[];
}

export const bucketNotification: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<NotificationInputs>(resource);
  await clients.get(S3Client).send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: inputs.bucket,
      NotificationConfiguration: {
        QueueConfigurations: (inputs.queues ?? []).map(({ id, queueArn, events }) => ({
          Id: id,
          QueueArn: queueArn,
          Events: events,
        })),
      },
    }),
  );
  return { id: inputs.bucket, state: resource.plain };
};
