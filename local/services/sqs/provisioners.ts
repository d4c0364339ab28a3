import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type * as aws from "@pulumi/aws";
import { documentOf, inputsOf, type Provisioner, type Provisioners } from "../provisioner";

const queue: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<aws.sqs.QueueArgs, "name">(resource, "name");
  const attributes: Record<string, unknown> = {
    VisibilityTimeout: inputs.visibilityTimeoutSeconds,
    MessageRetentionPeriod: inputs.messageRetentionSeconds,
    ReceiveMessageWaitTimeSeconds: inputs.receiveWaitTimeSeconds,
    SqsManagedSseEnabled: inputs.sqsManagedSseEnabled,
    Policy: inputs.policy && documentOf(inputs.policy),
    RedrivePolicy: inputs.redrivePolicy,
    RedriveAllowPolicy: inputs.redriveAllowPolicy,
    FifoQueue: inputs.fifoQueue,
    ContentBasedDeduplication: inputs.contentBasedDeduplication,
    DeduplicationScope: inputs.deduplicationScope,
    FifoThroughputLimit: inputs.fifoThroughputLimit,
  };
  const { QueueUrl } = await clients.get(SQSClient).send(
    new CreateQueueCommand({
      QueueName: inputs.name,
      Attributes: Object.fromEntries(
        Object.entries(attributes)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => [name, String(value)]),
      ),
      tags: inputs.tags,
    }),
  );
  if (inputs.sqsManagedSseEnabled)
    notHonoured("Queues are not encrypted at rest here; the setting is kept.");
  const { region, accountId } = clients.account;
  return {
    id: QueueUrl ?? "",
    state: { ...inputs, url: QueueUrl, arn: `arn:aws:sqs:${region}:${accountId}:${inputs.name}` },
  };
};

const queuePolicy: Provisioner = async (resource, { clients }) => {
  const { queueUrl, policy } = inputsOf<aws.sqs.QueuePolicyArgs>(resource);
  await clients.get(SQSClient).send(
    new SetQueueAttributesCommand({
      QueueUrl: queueUrl,
      Attributes: { Policy: documentOf(policy) },
    }),
  );
  return { id: queueUrl, state: resource.plain };
};

const redriveAllowPolicy: Provisioner = async (resource, { clients }) => {
  const { queueUrl, redriveAllowPolicy: RedriveAllowPolicy } =
    inputsOf<aws.sqs.RedriveAllowPolicyArgs>(resource);
  await clients
    .get(SQSClient)
    .send(
      new SetQueueAttributesCommand({ QueueUrl: queueUrl, Attributes: { RedriveAllowPolicy } }),
    );
  return { id: queueUrl, state: resource.plain };
};

export const provisioners: Provisioners = {
  "aws:sqs/queue:Queue": queue,
  "aws:sqs/queuePolicy:QueuePolicy": queuePolicy,
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": redriveAllowPolicy,
};
