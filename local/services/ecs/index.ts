import type * as aws from "@pulumi/aws";
import type * as awsx from "@pulumi/awsx";
import { inputsOf, referenceOf, type Provisioner, type Provisioners } from "../provisioner";
import type { ContainerServices } from "./container-services";

export { createContainerServices, type ContainerServices } from "./container-services";

interface EcsServices {
  containerServices: ContainerServices;
}

interface Container {
  command?: string[];
  environment?: { name: string; value: string }[];
  stopTimeout?: number;
}

const entryPoint = /^functions\/[a-z-]+\/main\.js$/;

const cluster: Provisioner = async (resource, { clients }) => {
  const { name } = inputsOf<aws.ecs.ClusterArgs, "name">(resource, "name");
  const { region, accountId } = clients.account;
  const arn = `arn:aws:ecs:${region}:${accountId}:cluster/${name}`;
  return { id: arn, state: { ...resource.plain, arn } };
};

/** Registers what a service runs: one container, whose command is an entry point of this project. */
const taskDefinition: Provisioner<EcsServices> = async (resource, { clients, services }) => {
  const { family, containerDefinitions, taskRoleArn, executionRoleArn } = inputsOf<
    aws.ecs.TaskDefinitionArgs,
    "taskRoleArn" | "executionRoleArn"
  >(resource, "taskRoleArn", "executionRoleArn");
  const [container, ...others] = JSON.parse(containerDefinitions) as Container[];
  const [entry = ""] = container?.command ?? [];
  if (!container || others.length > 0 || !entryPoint.test(entry))
    throw new Error(
      "The local run starts tasks of one container whose command is functions/<stem>/main.js, by its source; it runs no images.",
    );
  const { region, accountId } = clients.account;
  const arn = `arn:aws:ecs:${region}:${accountId}:task-definition/${family}:1`;
  services.containerServices.define({
    ...{ arn, entry, taskRoleArn, executionRoleArn },
    environment: Object.fromEntries(
      (container.environment ?? []).map(({ name, value }) => [name, value]),
    ),
    stopTimeout: container.stopTimeout ?? 30,
  });
  return { id: family, state: { ...resource.plain, arn, revision: 1 } };
};

/** Starts the tasks of a service of awsx, in the place of the service that awsx would create. */
const fargateService: Provisioner<EcsServices> = async (resource, context) => {
  const { services, directory, notHonoured } = context;
  const {
    name,
    taskDefinition: definition,
    desiredCount = 1,
  } = inputsOf<awsx.ecs.FargateServiceArgs, "name" | "taskDefinition">(
    resource,
    "name",
    "taskDefinition",
  );
  notHonoured(
    "Tasks of Fargate are processes of this machine: they run the container's entry point by its source and with the credentials of the task role, without an image, limits of cpu and memory, health checks or log groups, and their number stays.",
  );
  await services.containerServices.start({
    ...{ name, directory, tasks: desiredCount },
    definition: referenceOf(definition),
  });
  return { id: name, state: { ...resource.plain } };
};

/** Records what decides about the number of tasks, which does not change here. */
const recorded: Provisioner = async (resource, { clients }) => {
  const { region, accountId } = clients.account;
  const { name } = resource;
  return {
    id: name,
    state: {
      ...resource.plain,
      arn: `arn:aws:autoscaling:${region}:${accountId}:scalingPolicy:local:policyName/${name}`,
    },
  };
};

export const provisioners: Provisioners<EcsServices> = {
  "aws:appautoscaling/policy:Policy": recorded,
  "aws:appautoscaling/target:Target": recorded,
  "aws:ecs/cluster:Cluster": cluster,
  "aws:ecs/taskDefinition:TaskDefinition": taskDefinition,
  "awsx:ecs:FargateService": fargateService,
};
