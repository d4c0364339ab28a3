import { CreateEventBusCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type * as aws from "@pulumi/aws";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";
import type { EventBuses } from "./event-buses";

/** What the provisioners of this service use of the local run. */
interface EventBridgeServices {
  eventBuses: Pick<EventBuses, "addRule" | "addTarget" | "addArchive" | "setPolicy">;
}

const eventBus: Provisioner = async (resource, { clients }) => {
  const { name, description } = inputsOf<aws.cloudwatch.EventBusArgs, "name">(resource, "name");
  const { EventBusArn } = await clients
    .get(EventBridgeClient)
    .send(new CreateEventBusCommand({ Name: name, Description: description }));
  return { id: name, state: { ...resource.plain, arn: EventBusArn } };
};

const eventBusPolicy: Provisioner<EventBridgeServices> = async (resource, { services }) => {
  const inputs = inputsOf<aws.cloudwatch.EventBusPolicyArgs>(resource);
  await services.eventBuses.setPolicy(inputs);
  return { id: inputs.eventBusName ?? "default", state: resource.plain };
};

const eventRule: Provisioner<EventBridgeServices> = async (resource, context) => {
  const { services, notHonoured } = context;
  const inputs = inputsOf<aws.cloudwatch.EventRuleArgs, "name">(resource, "name");
  if (inputs.scheduleExpression)
    notHonoured("Schedules do not run here: invoke the function of a scheduled rule yourself.");
  const { arn } = await services.eventBuses.addRule(inputs);
  return { id: inputs.name, state: { ...resource.plain, arn } };
};

const eventTarget: Provisioner<EventBridgeServices> = async (resource, { services }) => {
  const inputs = inputsOf<aws.cloudwatch.EventTargetArgs, "targetId">(resource, "targetId");
  services.eventBuses.addTarget(inputs);
  return { id: `${inputs.rule}-${inputs.targetId}`, state: resource.plain };
};

const eventArchive: Provisioner<EventBridgeServices> = async (resource, { services }) => {
  const inputs = inputsOf<aws.cloudwatch.EventArchiveArgs, "name">(resource, "name");
  const { arn } = await services.eventBuses.addArchive(inputs);
  return { id: inputs.name, state: { ...resource.plain, arn } };
};

/** The provider counts EventBridge among CloudWatch. */
export const provisioners: Provisioners<EventBridgeServices> = {
  "aws:cloudwatch/eventArchive:EventArchive": eventArchive,
  "aws:cloudwatch/eventBus:EventBus": eventBus,
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": eventBusPolicy,
  "aws:cloudwatch/eventRule:EventRule": eventRule,
  "aws:cloudwatch/eventTarget:EventTarget": eventTarget,
};
