import type * as aws from "@pulumi/aws";
import { documentOf, inputsOf, type Provisioner, type Provisioners } from "../provisioner";
import type { IotCore } from "./iot-core";

/** Services that the provisioners of this folder use. */
interface IotCoreServices {
  iotCore: Pick<IotCore, "addRule" | "addDevicePolicy" | "addRoleAlias" | "setLogging">;
}

const topicRule: Provisioner<IotCoreServices> = async (resource, { services }) => {
  const inputs = inputsOf<aws.iot.TopicRuleArgs, "name">(resource, "name");
  const { arn } = await services.iotCore.addRule(inputs);
  return { id: inputs.name, state: { ...resource.plain, arn } };
};

const policy: Provisioner<IotCoreServices> = async (resource, { services }) => {
  const inputs = inputsOf<aws.iot.PolicyArgs, "name">(resource, "name");
  const { arn } = services.iotCore.addDevicePolicy({
    name: inputs.name,
    policy: documentOf(inputs.policy),
  });
  return { id: inputs.name, state: { ...resource.plain, arn } };
};

const roleAlias: Provisioner<IotCoreServices> = async (resource, { services }) => {
  const inputs = inputsOf<aws.iot.RoleAliasArgs, "alias">(resource, "alias");
  const { arn } = services.iotCore.addRoleAlias(inputs);
  return { id: inputs.alias, state: { ...resource.plain, arn } };
};

const loggingOptions: Provisioner<IotCoreServices> = async (resource, { services }) => {
  await services.iotCore.setLogging(inputsOf<aws.iot.LoggingOptionsArgs>(resource));
  return { id: "iot-logging", state: resource.plain };
};

export const provisioners: Provisioners<IotCoreServices> = {
  "aws:iot/loggingOptions:LoggingOptions": loggingOptions,
  "aws:iot/policy:Policy": policy,
  "aws:iot/roleAlias:RoleAlias": roleAlias,
  "aws:iot/topicRule:TopicRule": topicRule,
};
