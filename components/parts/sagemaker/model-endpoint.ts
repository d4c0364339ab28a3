import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { alarm, sumOf, type AlarmTarget } from "../alarm";
import { logGroup, logGroupName, type LogArgs } from "../log-group";
import { arn, physicalName } from "../names";
import { allow, type Statement } from "../policy-document";
import { Role } from "../role";
import { builtInImage } from "./image";

/** Where the model runs. */
export type Hosting =
  | { kind: "serverless"; memoryMegabytes: number; maxConcurrency: number }
  | { kind: "real-time"; instanceType: string; mostInstances: number };

export interface ModelEndpointArgs extends LogArgs {
  /** The algorithm that made the model, by the name of its repository. */
  algorithm: string;
  /** The artefact of the model, `s3://<bucket>/<key>`. */
  modelDataUrl: string;
  hosting: Hosting;
  alarms: AlarmTarget;
}

const variantName = "model";

/**
 * An endpoint of SageMaker with one model. Names of the model and of the endpoint's configuration end in a hash of what they are made of:
 * SageMaker changes neither in place, so another model gets another name, and the endpoint changes over to it without downtime. An endpoint
 * on instances cannot become serverless, so each kind has names of its own: the new endpoint is created before the old one is deleted.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
 */
export class ModelEndpoint extends pulumi.ComponentResource {
  readonly name: string;
  readonly resource: aws.sagemaker.Endpoint;

  constructor(name: string, args: ModelEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:ModelEndpoint", name, {}, opts);
    const parent = { parent: this };
    const { algorithm, modelDataUrl, hosting, alarms, logRetentionDays } = args;
    const isRealTime = hosting.kind === "real-time";
    this.name = physicalName("endpoint", isRealTime ? `${name}-real-time` : name);
    const image = builtInImage(algorithm);
    const watched = watchInvocations(name, { endpointName: this.name, alarms }, parent);
    const logs = logGroup(
      `${name}-logs`,
      { name: logGroupName.endpoint(this.name), ...(logRetentionDays && { logRetentionDays }) },
      parent,
    );
    const role = new Role(
      `${name}-role`,
      {
        service: "sagemaker.amazonaws.com",
        onBehalfOf: arn.sageMaker(),
        statements: [
          allow("ReadModel", "s3:GetObject", objectOf(modelDataUrl)),
          ...image.pullStatements(),
          logs.writeStatement(["logs:DescribeLogStreams"]),
          publishMetrics(),
          ...(isRealTime ? [readAlarms(watched)] : []),
        ],
      },
      parent,
    );
    const modelName = physicalName(
      "endpoint",
      `${name}-${hashOf(algorithm, modelDataUrl, hosting.kind)}`,
    );
    const model = new aws.sagemaker.Model(
      `${name}-model`,
      {
        name: modelName,
        executionRoleArn: role.arn,
        primaryContainer: { image: image.uri, modelDataUrl },
        // Serverless endpoints do not support it.
        ...(isRealTime && { enableNetworkIsolation: true }),
      },
      { ...parent, dependsOn: role.permissions },
    );
    const configuration = new aws.sagemaker.EndpointConfiguration(
      `${name}-configuration`,
      {
        name: physicalName("endpoint", `${name}-${hashOf(modelName, JSON.stringify(hosting))}`),
        productionVariants: [{ variantName, modelName: model.name, ...variantOf(hosting) }],
      },
      parent,
    );
    this.resource = new aws.sagemaker.Endpoint(
      name,
      {
        name: this.name,
        endpointConfigName: configuration.name,
        ...(isRealTime && { deploymentConfig: rollingBackOn(watched) }),
      },
      { ...parent, dependsOn: [logs.resource, ...watched] },
    );
    if (isRealTime) scale(name, { endpoint: this.resource, ...hosting }, parent);
    this.registerOutputs({ name: this.name });
  }
}

/** The statement that allows the role of a function to send requests to an endpoint. */
export const invokeEndpoint = (endpointName: string): Statement =>
  allow("InvokeEndpoint", "sagemaker:InvokeEndpoint", arn.endpoint(endpointName));

/** The ARN of an object, by its URL. */
function objectOf(url: string) {
  const [bucket = "", ...key] = url.slice("s3://".length).split("/");
  return arn.bucket(bucket).apply((found) => `${found}/${key.join("/")}`);
}

/** The metric namespace is the only condition that the action supports. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/iam-cw-condition-keys-namespace.html */
export const publishMetrics = (): Statement => ({
  Sid: "PublishMetrics",
  Effect: "Allow",
  Action: "cloudwatch:PutMetricData",
  Resource: "*",
  Condition: { StringLike: { "cloudwatch:namespace": "/aws/sagemaker/*" } },
});

/**
 * SageMaker looks at the alarms of a rollback as the endpoint's role. Metric alarms need no wider scope.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
const readAlarms = (alarms: aws.cloudwatch.MetricAlarm[]): Statement =>
  allow(
    "ReadRollbackAlarms",
    "cloudwatch:DescribeAlarms",
    alarms.map((one) => arn.alarm(one.name)),
  );

const hashOf = (...parts: string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 8);

const variantOf = (hosting: Hosting) =>
  hosting.kind === "serverless"
    ? {
        serverlessConfig: {
          memorySizeInMb: hosting.memoryMegabytes,
          maxConcurrency: hosting.maxConcurrency,
        },
      }
    : { instanceType: hosting.instanceType, initialInstanceCount: 1, initialVariantWeight: 1 };

/** @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html */
const failures: Record<string, string> = {
  Invocation4XXErrors:
    "the endpoint refuses requests, or throttles them since its concurrency is used up. Raise maxConcurrency or mostInstances, or check that the format of the requests is the model's",
  Invocation5XXErrors:
    "the endpoint fails to answer requests. Read the log of the endpoint, then go back to the model before this one",
  InvocationModelErrors:
    "the model refuses requests. Readings that it does not accept are in the quarantine; if every request fails, go back to the model before this one",
};

/** Creates the alarms on an endpoint, one for each way to fail. */
function watchInvocations(
  name: string,
  { endpointName, alarms }: { endpointName: string; alarms: AlarmTarget },
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm[] {
  const watch = sumOf("AWS/SageMaker", { EndpointName: endpointName, VariantName: variantName });
  return Object.entries(failures).map(([metric, meaning]) =>
    alarm(
      `${name}-${metric.replace(/(?<=[a-z])(?=[A-Z0-9])|(?<=X)(?=E)/g, "-").toLowerCase()}`,
      {
        alarms,
        description: `${metric} of endpoint ${endpointName}: ${meaning}.`,
        watch: watch(metric),
      },
      opts,
    ),
  );
}

/**
 * A second fleet takes all requests; if an alarm fires within five minutes, they go back to the first one, which waits for so long.
 * `waitIntervalInSeconds` is the time between steps of the traffic, of which there is only one; the API requires it.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green-all-at-once.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BlueGreenUpdatePolicy.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_TrafficRoutingConfig.html
 */
const rollingBackOn = (alarms: aws.cloudwatch.MetricAlarm[]) => ({
  blueGreenUpdatePolicy: {
    trafficRoutingConfiguration: { type: "ALL_AT_ONCE", waitIntervalInSeconds: 300 },
    terminationWaitInSeconds: 300,
    maximumExecutionTimeoutInSeconds: 1800,
  },
  autoRollbackConfiguration: { alarms: alarms.map((one) => ({ alarmName: one.name })) },
});

/**
 * Scales the instances of an endpoint by their requests; the role for that is the service's own.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html
 */
function scale(
  name: string,
  { endpoint, mostInstances }: { endpoint: aws.sagemaker.Endpoint; mostInstances: number },
  opts: pulumi.CustomResourceOptions,
): void {
  const target = new aws.appautoscaling.Target(
    `${name}-instances`,
    {
      serviceNamespace: "sagemaker",
      scalableDimension: "sagemaker:variant:DesiredInstanceCount",
      resourceId: pulumi.interpolate`endpoint/${endpoint.name}/variant/${variantName}`,
      minCapacity: 1,
      maxCapacity: mostInstances,
    },
    opts,
  );
  new aws.appautoscaling.Policy(
    `${name}-scaling`,
    {
      name: physicalName("endpoint", `${name}-scaling`),
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: {
          predefinedMetricType: "SageMakerVariantInvocationsPerInstance",
        },
        // Requests per minute and instance, each with up to 500 readings.
        targetValue: 600,
        scaleInCooldown: 300,
        scaleOutCooldown: 60,
      },
    },
    opts,
  );
}
