import type { Provisioner } from "../provisioner";

/** AWS IoT Core is ours on this machine: local/iot-core. */
export const topicRule: Provisioner = async ({ plain }, { hand }) => {
  const { arn } = await hand.topicRule(plain);
  return { id: plain.name as string, state: { ...plain, arn } };
};

export const policy: Provisioner = async ({ plain }, { hand }) => {
  const { arn } = await hand.devicePolicy(plain);
  return { id: plain.name as string, state: { ...plain, arn } };
};

export const loggingOptions: Provisioner = async ({ plain }, { hand }) => {
  await hand.loggingOptions(plain);
  return { id: "iot-logging", state: plain };
};
