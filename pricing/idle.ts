import { hoursPerMonth, type Quantities } from "./price";

/** The inputs of a resource; values that are unknown at preview are no numbers, strings or lists. */
export type Inputs = Readonly<Record<string, unknown>>;

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const record = (value: unknown): Inputs =>
  typeof value === "object" && value !== null ? (value as Inputs) : {};

/**
 * What each type of resource costs in a month without any message, by Pulumi's type token.
 * The free tier is not deducted, since it belongs to the account and not to the stack.
 */
const billed: Readonly<Record<string, (inputs: Inputs) => Quantities>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": (inputs) => ({ "alarm-metric": metricsOf(inputs) }),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": () => ({ "composite-alarm": 1 }),
  "aws:cloudwatch/dashboard:Dashboard": () => ({ dashboard: 1 }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": (inputs) =>
    inputs["vpcEndpointType"] === "Gateway"
      ? {}
      : // Subnets of awsx are not known before they exist, and there are two.
        { "endpoint-hour": hoursPerMonth * (list(inputs["subnetIds"]).length || 2) },
  "aws:ec2/eip:Eip": () => ({ "address-hour": hoursPerMonth }),
  "aws:ec2/natGateway:NatGateway": () => ({ "nat-hour": hoursPerMonth }),
  // One task of it; a service may have more.
  "aws:ecs/taskDefinition:TaskDefinition": ({ cpu, memory }) => ({
    "fargate-vcpu-hour": (hoursPerMonth * Number(cpu ?? 0)) / 1024,
    "fargate-gigabyte-hour": (hoursPerMonth * Number(memory ?? 0)) / 1024,
  }),
  // At least one editor is billed, even if no one signs in.
  "aws:grafana/workspace:Workspace": () => ({ "grafana-editor": 1 }),
  // As a program asks awsx for it; the engine prices the gateways and addresses that awsx makes.
  "awsx:ec2:Vpc": (inputs) =>
    record(inputs["natGateways"])["strategy"] === "Single"
      ? { "address-hour": hoursPerMonth, "nat-hour": hoursPerMonth }
      : {},
  "aws:kinesisanalyticsv2/application:Application": flink,
  "aws:kms/key:Key": () => ({ key: 1 }),
  "aws:timestreaminfluxdb/dbCluster:DbCluster": influxdb,
  "aws:timestreaminfluxdb/dbInstance:DbInstance": influxdb,
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": inference,
  "aws:secretsmanager/secret:Secret": () => ({ secret: 1 }),
  // https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-secrets-manager-integration.html
  "aws:redshiftserverless/namespace:Namespace": ({ manageAdminPassword }) =>
    manageAdminPassword === true ? { secret: 1 } : {},
  "aws:kinesis/stream:Stream": (inputs) =>
    record(inputs["streamModeDetails"])["streamMode"] === "ON_DEMAND"
      ? { "stream-hour": hoursPerMonth }
      : { "shard-hour": hoursPerMonth * Number(inputs["shardCount"] ?? 1) },
};

/**
 * An alarm is billed by the metrics that it reads. A Metrics Insights query reads each metric that it matches; those of this project match
 * the metrics of one rule, of its action and of its error action.
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
function metricsOf(inputs: Inputs): number {
  const queries = list(inputs["metricQueries"]).map(record);
  if (queries.length === 0) return 1;
  const metrics = queries.filter((query) => Object.keys(record(query["metric"])).length > 0);
  const insights = queries.filter(({ expression }) => /^\s*SELECT\s/i.test(String(expression)));
  return metrics.length + 2 * insights.length;
}

/**
 * The units of an application that runs, with their storage, and one unit that orchestrates it. Autoscaling adds units under load.
 * @see https://aws.amazon.com/managed-service-apache-flink/pricing/
 */
function flink(inputs: Inputs): Quantities {
  if (inputs["startApplication"] !== true) return {};
  const configuration = record(
    record(inputs["applicationConfiguration"])["flinkApplicationConfiguration"],
  );
  const { parallelism = 1, parallelismPerKpu = 1 } = record(
    configuration["parallelismConfiguration"],
  );
  const units = Math.ceil(Number(parallelism) / Number(parallelismPerKpu));
  return { "kpu-hour": hoursPerMonth * (units + 1), "kpu-storage": units };
}

/** The vCPUs of InfluxDB's instances. @see https://docs.aws.amazon.com/timestream/latest/developerguide/supported-instance-types.html */
const influxdbCpus: Readonly<Record<string, number>> = {
  medium: 1,
  large: 2,
  xlarge: 4,
  "2xlarge": 8,
  "4xlarge": 16,
  "8xlarge": 32,
  "12xlarge": 48,
  "16xlarge": 64,
};

/**
 * One node: InfluxDB 3 Enterprise has more, and a licence. Prices of instances are proportional to their vCPUs.
 * @see https://docs.aws.amazon.com/prescriptive-guidance/latest/timestream-for-influxdb-well-architected-framework/cost-optimization.html
 */
function influxdb(inputs: Inputs): Quantities {
  const size = String(inputs["dbInstanceType"]).replace("db.influx.", "");
  return { "influxdb-vcpu-hour": hoursPerMonth * (influxdbCpus[size] ?? 1) };
}

/**
 * The instances of an endpoint; a serverless one has none. Within a family, prices are proportional to the size; those of ml.c5 stand for
 * all families.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html
 */
function inference(inputs: Inputs): Quantities {
  const hours = list(inputs["productionVariants"])
    .map(record)
    .reduce((sum, variant) => {
      const size = /\.(\d*)(x?)large$/.exec(String(variant["instanceType"]));
      const larges = size ? (size[2] === "x" ? 2 * Number(size[1] || 1) : 1) : 0;
      return sum + larges * Number(variant["initialInstanceCount"] ?? 1) * hoursPerMonth;
    }, 0);
  return hours > 0 ? { "inference-instance-hour": hours } : {};
}

/**
 * Resources without a fixed price, by the page of AWS with the prices of their service: they cost nothing until they are used, or nothing at
 * all. Storage is billed by size.
 */
const free: Readonly<Record<string, readonly string[]>> = {
  "https://aws.amazon.com/api-gateway/pricing/": ["aws:apigatewayv2/"],
  "https://aws.amazon.com/athena/pricing/": ["aws:athena/"],
  "https://aws.amazon.com/autoscaling/pricing/": ["aws:appautoscaling/"],
  "https://aws.amazon.com/cloudfront/pricing/": ["aws:cloudfront/"],
  "https://aws.amazon.com/cloudwatch/pricing/": [
    "aws:cloudwatch/logDelivery",
    "aws:cloudwatch/logGroup:",
    "aws:cloudwatch/logStream:",
  ],
  "https://aws.amazon.com/dynamodb/pricing/on-demand/": ["aws:dynamodb/table:"],
  "https://aws.amazon.com/ecr/pricing/": ["aws:ecr/", "awsx:ecr:"],
  // Tasks are billed by their definition.
  "https://aws.amazon.com/ecs/pricing/": ["aws:ecs/cluster:", "aws:ecs/service:", "awsx:ecs:"],
  "https://aws.amazon.com/eventbridge/pricing/": [
    "aws:cloudwatch/eventArchive:",
    "aws:cloudwatch/eventBus:",
    "aws:cloudwatch/eventBusPolicy:",
    "aws:cloudwatch/eventRule:",
    "aws:cloudwatch/eventTarget:",
    "aws:pipes/",
    "aws:scheduler/",
  ],
  "https://aws.amazon.com/firehose/pricing/": ["aws:kinesis/firehoseDeliveryStream:"],
  "https://aws.amazon.com/glue/pricing/": ["aws:glue/"],
  "https://aws.amazon.com/grafana/pricing/": [
    "aws:grafana/roleAssociation:",
    "aws:grafana/workspaceSamlConfiguration:",
  ],
  "https://aws.amazon.com/iam/": ["aws:iam/"],
  "https://aws.amazon.com/iot-core/pricing/": ["aws:iot/"],
  // Of a stream on demand; of a provisioned one, AWS bills each consumer by shard and hour.
  "https://aws.amazon.com/kinesis/data-streams/pricing/": ["aws:kinesis/streamConsumer:"],
  "https://aws.amazon.com/kms/pricing/": ["aws:kms/alias:"],
  "https://aws.amazon.com/lambda/pricing/": [
    "aws:lambda/eventSourceMapping:",
    "aws:lambda/function:",
    "aws:lambda/functionEventInvokeConfig:",
    "aws:lambda/permission:",
  ],
  // Billed by the users of the account, and SPICE by its size.
  "https://aws.amazon.com/quicksight/pricing/": ["aws:quicksight/"],
  // A workgroup is billed by the time in which it runs: operations/cost/loads.ts.
  "https://aws.amazon.com/redshift/pricing/": [
    "aws:redshiftdata/",
    "aws:redshiftserverless/usageLimit:",
    "aws:redshiftserverless/workgroup:",
  ],
  "https://aws.amazon.com/s3/pricing/": ["aws:s3/"],
  // A pipeline is billed by the time of its jobs.
  "https://aws.amazon.com/sagemaker/pricing/": [
    "aws:sagemaker/endpoint:",
    "aws:sagemaker/model:",
    "aws:sagemaker/modelPackageGroup:",
    "aws:sagemaker/pipeline:",
  ],
  "https://aws.amazon.com/sns/pricing/": ["aws:sns/"],
  "https://aws.amazon.com/sqs/pricing/": ["aws:sqs/"],
  "https://aws.amazon.com/step-functions/pricing/": ["aws:sfn/"],
  "https://aws.amazon.com/timestream/pricing/": ["aws:timestreamwrite/"],
  "https://aws.amazon.com/vpc/pricing/": [
    "aws:ec2/internetGateway:",
    "aws:ec2/route",
    "aws:ec2/securityGroup:",
    "aws:ec2/subnet:",
    "aws:ec2/vpc:",
    "aws:vpc/",
  ],
};

const freeTypes = Object.values(free).flat();

/** The same of what is declared through Cloud Control, by the type in CloudFormation. */
const freeDeclared: readonly string[] = ["AWS::IoT::TopicRule", "AWS::QuickSight::Dashboard"];

/** True for a type that may cost something without any message. */
export const mayCostIdle = (type: string): boolean => Object.hasOwn(billed, type);

/** What a resource is billed while idle, per month; undefined if its price is not in the table. */
export function idleQuantities(type: string, inputs: Inputs): Quantities | undefined {
  const of = mayCostIdle(type) ? billed[type] : undefined;
  if (of) return of(inputs);
  const isFree =
    type === "aws:cloudcontrol/resource:Resource"
      ? freeDeclared.includes(String(inputs["typeName"]))
      : freeTypes.some((prefix) => type.startsWith(prefix));
  return isFree ? {} : undefined;
}
