import { CreateEventBusCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { inputsOf, type Provisioner } from "../provisioner";

/** Rules, targets, archives and policies are ours, since the emulator ignores how they fail: local/mappings/buses. */
export const eventBus: Provisioner = async (resource, { clients }) => {
  const { name, description } = inputsOf<{ name: string; description?: string }>(resource);
  const { EventBusArn } = await clients
    .get(EventBridgeClient)
    .send(new CreateEventBusCommand({ Name: name, Description: description }));
  return { id: name, state: { ...resource.plain, arn: EventBusArn } };
};

export const eventBusPolicy: Provisioner = async ({ plain }, { hand }) => {
  await hand.eventBusPolicy(plain);
  return { id: plain.eventBusName as string, state: plain };
};

export const eventRule: Provisioner = async ({ plain }, { hand }) => {
  const { arn } = await hand.eventRule(plain);
  return { id: plain.name as string, state: { ...plain, arn } };
};

export const eventTarget: Provisioner = async ({ plain }, { hand }) => {
  await hand.eventTarget(plain);
  return { id: `${plain.rule as string}-${plain.targetId as string}`, state: plain };
};

export const eventArchive: Provisioner = async ({ plain }, { hand }) => {
  const { arn } = await hand.eventArchive(plain);
  return { id: plain.name as string, state: { ...plain, arn } };
};
