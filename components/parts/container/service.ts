import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { alarm, alarmOnMetrics, ownNamespace, type AlarmTarget, type Metric } from "../alarm";
import { logGroup, logGroupName, type LogArgs } from "../log-group";
import { arn, physicalName, regionName } from "../names";
import type { Statement } from "../policy-document";
import { Role } from "../role";
import type { ContainerImage } from "./image";
import type { ContainerNetwork } from "./network";

export interface ContainerServiceArgs extends LogArgs {
  image: ContainerImage;
  network: ContainerNetwork;
  /** In units of 1,024 per vCPU. */
  cpu: number;
  memoryMegabytes: number;
  /** Environment variables, by which the container learns the names of resources. SERVICE_NAME is among them already. */
  environment: Record<string, pulumi.Input<string>>;
  /** The arguments of the image's entry point. */
  command: readonly string[];
  /** Run within the container without a shell; exits with 0 while it is healthy. */
  healthCheck: readonly string[];
  /** The permissions of the container. */
  statements: Statement[];
  /** The service has so many tasks at least and at most, by how far they are behind. */
  tasks: { least: number; most: number };
  alarms: AlarmTarget;
  dependsOn: pulumi.Resource[];
}

/** How far behind tasks may be before there is one more, and before people hear of it. */
const [scaleOutSeconds, alarmSeconds] = [60, 300];
/** So long must tasks have kept up before there is one less. */
const scaleInMinutes = 15;

/**
 * A service of Fargate whose tasks report how far they are behind. A deployment whose tasks do not become healthy is rolled back. Its
 * metric is missing while no task lives, so missing data fire the alarm and start a task more.
 */
export class ContainerService extends pulumi.ComponentResource {
  readonly name: string;
  readonly clusterName: string;

  constructor(name: string, args: ContainerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:ContainerService", name, {}, opts);
    const parent = { parent: this };
    const { image, network, tasks, alarms } = args;
    const physical = physicalName("container", name);
    this.name = physical;
    this.clusterName = physical;

    const logs = logGroup(
      `${name}-logs`,
      { name: logGroupName.container(physical), logRetentionDays: args.logRetentionDays },
      parent,
    );
    const role = (which: string, statements: Statement[]): Role =>
      new Role(
        `${name}-${which}-role`,
        { service: "ecs-tasks.amazonaws.com", onBehalfOf: arn.containers(), statements },
        parent,
      );
    const execution = role("execution", [...image.pullStatements(), logs.writeStatement()]);
    const task = role("task", args.statements);
    const cluster = new aws.ecs.Cluster(
      `${name}-cluster`,
      // What Container Insights would show costs extra, and the tasks report their own lag.
      { name: physical, settings: [{ name: "containerInsights", value: "disabled" }] },
      parent,
    );
    const definition = new aws.ecs.TaskDefinition(
      `${name}-task`,
      {
        family: physical,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: String(args.cpu),
        memory: String(args.memoryMegabytes),
        runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
        executionRoleArn: execution.arn,
        taskRoleArn: task.arn,
        containerDefinitions: pulumi.jsonStringify([containerOf(args, physical, logs.name)]),
      },
      { ...parent, dependsOn: [execution.permissions, task.permissions, logs.resource] },
    );
    const service = new awsx.ecs.FargateService(
      name,
      {
        name: physical,
        cluster: cluster.arn,
        taskDefinition: definition.arn,
        desiredCount: tasks.least,
        networkConfiguration: {
          subnets: network.subnetIds,
          securityGroups: [network.securityGroupId],
          assignPublicIp: false,
        },
        // Never fewer tasks than before while a new version starts.
        ...{ deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 200 },
        deploymentCircuitBreaker: { enable: true, rollback: true },
        enableExecuteCommand: false,
        propagateTags: "SERVICE",
      },
      {
        ...parent,
        dependsOn: [...image.resources, ...network.resources, ...args.dependsOn],
      },
    );
    this.scale(name, { tasks, alarms, service }, parent);
    alarmOnMetrics(
      name,
      {
        alarms,
        above: 90,
        periodSeconds: 300,
        watch: (metric) => ({
          namespace: "AWS/ECS",
          name: metric,
          dimensions: { ClusterName: physical, ServiceName: physical },
          statistic: "Average",
        }),
        descriptions: {
          MemoryUtilization: `MemoryUtilization of service ${physical}: its tasks use more than 90 % of their memory, and ECS ends a task that uses all of it. Raise the setting memoryMegabytes.`,
        },
      },
      parent,
    );
    this.registerOutputs({ name: physical });
  }

  /** @see https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-step-scaling-policies.html */
  private scale(
    name: string,
    args: Pick<ContainerServiceArgs, "tasks" | "alarms"> & { service: pulumi.Resource },
    opts: pulumi.CustomResourceOptions,
  ): void {
    const { tasks, alarms, service } = args;
    const lag: Metric = {
      namespace: ownNamespace,
      name: "Behind",
      dimensions: { ServiceName: this.name },
      statistic: "Maximum",
    };
    alarm(
      `${name}-behind`,
      {
        alarms,
        description: `Behind of service ${this.name}: its tasks are 5 minutes behind the stream, or no task reports. Look at the service's events and at log group ${logGroupName.container(this.name)}; then at the number of its tasks, since more of them than shards do not help.`,
        watch: lag,
        above: alarmSeconds * 1000,
        periodSeconds: 300,
        firesWithoutData: true,
        notifiesOfRecovery: true,
      },
      // Tasks report before it exists: without data it fires.
      pulumi.mergeOptions(opts, { dependsOn: service }),
    );
    if (tasks.most === tasks.least) return;
    const target = new aws.appautoscaling.Target(
      `${name}-tasks`,
      {
        serviceNamespace: "ecs",
        scalableDimension: "ecs:service:DesiredCount",
        resourceId: `service/${this.clusterName}/${this.name}`,
        minCapacity: tasks.least,
        maxCapacity: tasks.most,
      },
      pulumi.mergeOptions(opts, { dependsOn: service }),
    );
    const step = (which: string, tasksMore: number, pauseSeconds: number) =>
      new aws.appautoscaling.Policy(
        `${name}-${which}`,
        {
          name: physicalName("container", `${name}-${which}`),
          policyType: "StepScaling",
          serviceNamespace: target.serviceNamespace,
          scalableDimension: target.scalableDimension,
          resourceId: target.resourceId,
          stepScalingPolicyConfiguration: {
            adjustmentType: "ChangeInCapacity",
            metricAggregationType: "Maximum",
            cooldown: pauseSeconds,
            stepAdjustments: [{ metricIntervalLowerBound: "0", scalingAdjustment: tasksMore }],
          },
        },
        opts,
      );
    alarm(
      `${name}-more`,
      {
        alarms,
        description: `Behind of service ${this.name}: its tasks are a minute behind the stream, or none reports; starts one more, ${tasks.most} at most.`,
        watch: lag,
        above: scaleOutSeconds * 1000,
        firesWithoutData: true,
        starts: step("scale-out", 1, 180).arn,
      },
      opts,
    );
    alarm(
      `${name}-less`,
      {
        alarms,
        description: `Behind of service ${this.name}: its tasks have kept up for ${scaleInMinutes} minutes; ends one, ${tasks.least} at least.`,
        watch: {
          metrics: { behind: lag },
          // Nothing while no task reports.
          expression: `IF(behind < ${scaleOutSeconds * 100}, 1, 0)`,
        },
        periodSeconds: 60 * scaleInMinutes,
        starts: step("scale-in", -1, 900).arn,
      },
      opts,
    );
  }
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html */
const containerOf = (
  { image, command, environment, healthCheck }: ContainerServiceArgs,
  serviceName: string,
  logGroupOf: string,
): object => ({
  name: "consumer",
  image: image.uri,
  command,
  essential: true,
  readonlyRootFilesystem: true,
  user: "65532",
  linuxParameters: { capabilities: { drop: ["ALL"] } },
  // All tasks of a deployment run the image that its tag names at the first of them, whatever becomes of the tag:
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html#deployment-container-image-stability
  versionConsistency: "enabled",
  // A batch in progress ends within it; https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
  stopTimeout: 60,
  environment: Object.entries({ ...environment, SERVICE_NAME: serviceName })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value })),
  healthCheck: {
    command: ["CMD", ...healthCheck],
    ...{ interval: 30, timeout: 10, retries: 3, startPeriod: 60 },
  },
  logConfiguration: {
    logDriver: "awslogs",
    options: {
      "awslogs-group": logGroupOf,
      "awslogs-region": regionName(),
      "awslogs-stream-prefix": "task",
      // A log that cannot be written must not stop the container; lines beyond the buffer are lost.
      mode: "non-blocking",
    },
  },
});
