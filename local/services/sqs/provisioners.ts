import { CreateQueueCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { inputsOf, type Context, type Provisioner } from "../provisioner";

interface QueueInputs {
  name: string;
  visibilityTimeoutSeconds?: number;
  messageRetentionSeconds?: number;
  receiveWaitTimeSeconds?: number;
  sqsManagedSseEnabled?: boolean;
  policy?: string;
  redrivePolicy?: string;
  redriveAllowPolicy?: string;
  tags?: Record<string, string>;
}

export const queue: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<QueueInputs>(resource);
  const attributes: Record<string, unknown> = {
    VisibilityTimeout: inputs.visibilityTimeoutSeconds,
    MessageRetentionPeriod: inputs.messageRetentionSeconds,
    ReceiveMessageWaitTimeSeconds: inputs.receiveWaitTimeSeconds,
    SqsManagedSseEnabled: inputs.sqsManagedSseEnabled,
    Policy: inputs.policy,
    RedrivePolicy: inputs.redrivePolicy,
    RedriveAllowPolicy: inputs.redriveAllowPolicy,
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
  return {
    id: QueueUrl ?? "",
    state: { ...inputs, url: QueueUrl, arn: queueArn(clients, inputs.name) },
  };
};

const queueArn = ({ account }: Context["clients"], name: string): string =>
  `arn:aws:sqs:${account.region}:${account.accountId}:${name}`;

/** A separate policy or redrive-allow policy sets one attribute of a queue. */
const attribute =
  (input: "policy" | "redriveAllowPolicy", name: "Policy" | "RedriveAllowPolicy"): Provisioner =>
  async (resource, { clients }) => {
    const inputs = inputsOf<{ queueUrl: string } & Record<typeof input, string>>(resource);
    await clients.get(SQSClient).send(
      new SetQueueAttributesCommand({
        QueueUrl: inputs.queueUrl,
        Attributes: { [name]: inputs[input] },
      }),
    );
    return { id: inputs.queueUrl, state: { ...inputs } };
  };

export const queuePolicy = attribute("policy", "Policy");
export const redriveAllowPolicy = attribute("redriveAllowPolicy", "RedriveAllowPolicy");
