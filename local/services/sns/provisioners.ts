import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import type * as aws from "@pulumi/aws";
import {
  documentOf,
  inputsOf,
  referenceOf,
  tagList,
  type Provisioner,
  type Provisioners,
} from "../provisioner";
import type { Subscriptions } from "./subscriptions";

/** What the provisioners of this service use of the local run. */
interface SnsServices {
  subscriptions: Pick<Subscriptions, "add">;
}

const topic: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<aws.sns.TopicArgs, "name">(resource, "name");
  const { TopicArn = "" } = await clients.get(SNSClient).send(
    new CreateTopicCommand({
      Name: inputs.name,
      Tags: tagList(inputs.tags),
      Attributes: {
        ...(inputs.kmsMasterKeyId && { KmsMasterKeyId: inputs.kmsMasterKeyId }),
        ...(inputs.signatureVersion && { SignatureVersion: String(inputs.signatureVersion) }),
        ...(inputs.policy && { Policy: documentOf(inputs.policy) }),
      },
    }),
  );
  if (inputs.kmsMasterKeyId)
    notHonoured("Topics are not encrypted here, so a missing permission on a key does not show.");
  return { id: TopicArn, state: { ...inputs, arn: TopicArn } };
};

/** The local run delivers to subscriptions itself: the emulator ignores retries and dead-letter queues. */
const topicSubscription: Provisioner<SnsServices> = async (resource, { services }) => {
  const inputs = inputsOf<aws.sns.TopicSubscriptionArgs>(resource);
  const { arn } = await services.subscriptions.add({
    ...inputs,
    topic: referenceOf(inputs.topic),
  });
  // The inbox stands for recipients that confirm at once.
  return { id: arn, state: { ...resource.plain, arn, pendingConfirmation: false } };
};

export const provisioners: Provisioners<SnsServices> = {
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicSubscription:TopicSubscription": topicSubscription,
};
