import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { inputsOf, tagList, type Provisioner } from "../provisioner";

interface TopicInputs {
  name: string;
  kmsMasterKeyId?: string;
  signatureVersion?: number;
  policy?: string;
  tags?: Record<string, string>;
}

export const topic: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<TopicInputs>(resource);
  const { TopicArn } = await clients.get(SNSClient).send(
    new CreateTopicCommand({
      Name: inputs.name,
      Tags: tagList(inputs.tags),
      Attributes: {
        ...(inputs.kmsMasterKeyId && { KmsMasterKeyId: inputs.kmsMasterKeyId }),
        ...(inputs.signatureVersion && { SignatureVersion: String(inputs.signatureVersion) }),
        ...(inputs.policy && { Policy: inputs.policy }),
      },
    }),
  );
  if (inputs.kmsMasterKeyId)
    notHonoured("Topics are not encrypted here, so a missing permission on a key does not show.");
  return { id: TopicArn ?? "", state: { ...inputs, arn: TopicArn } };
};

/** Delivery with retries and dead-letter queues is ours, since the emulator ignores both. */
export const topicSubscription: Provisioner = async (resource, { hand }) => {
  const { arn } = await hand.subscription(resource.plain);
  return { id: arn, state: { ...resource.plain, arn } };
};
