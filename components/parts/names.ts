import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { shortRegion } from "../../iam";

interface NamingRule {
  /** The longest name that the service accepts. */
  longest: number;
  /** Characters that the service does not accept in a name. */
  illegal: RegExp;
  /** Replaces each illegal character. */
  replacement: string;
  /** Whether hyphens stand alone and not at the end. @default false */
  singleHyphens?: boolean;
  /** Whether the service stores names in lower case. @default false */
  lowercase?: boolean;
}

const dashed = (longest: number): NamingRule => ({
  longest,
  illegal: /[^A-Za-z0-9_-]/g,
  replacement: "-",
});

// Lengths and alphabets are on the page "Quotas" of each service's developer guide.
const regional = {
  alarm: dashed(255),
  // Of Managed Service for Apache Flink.
  application: dashed(128),
  archive: dashed(48),
  // Alias names must not begin with `alias/aws`; these begin with the name of the project.
  "key alias": dashed(250),
  api: dashed(128),
  // Names of AWS Glue databases are in lower case, and Athena needs no quotes for those without hyphens.
  database: { longest: 255, illegal: /[^a-z0-9_]/g, replacement: "_", lowercase: true },
  // Of Amazon ECS: clusters, services and families of task definitions.
  container: dashed(255),
  "delivery stream": dashed(64),
  "device policy": dashed(128),
  "event bus": dashed(256),
  "event rule": dashed(64),
  // Of Timestream for InfluxDB: single hyphens between letters and digits.
  "database cluster": { ...dashed(40), illegal: /[^A-Za-z0-9-]/g, singleHyphens: true },
  // Of SageMaker: models, endpoints and their configurations.
  endpoint: { ...dashed(63), illegal: /[^A-Za-z0-9-]/g },
  function: dashed(64),
  // A workspace of Amazon Managed Grafana.
  grafana: dashed(255),
  pipe: dashed(64),
  // Of SageMaker.
  pipeline: { ...dashed(256), illegal: /[^A-Za-z0-9-]/g },
  "quick sight": dashed(128),
  queue: dashed(80),
  // Ends in .fifo, which counts.
  "FIFO queue": dashed(75),
  "state machine": dashed(80),
  // https://docs.aws.amazon.com/iot/latest/apireference/API_CreateRoleAlias.html
  "role alias": { longest: 128, illegal: /[^A-Za-z0-9=@-]/g, replacement: "-" },
  // Names of IoT rules must not contain hyphens.
  rule: { longest: 128, illegal: /[^A-Za-z0-9_]/g, replacement: "_" },
  schedule: dashed(64),
  // Of Amazon ECR.
  repository: { longest: 256, illegal: /[^a-z0-9-]/g, replacement: "-", lowercase: true },
  secret: dashed(512),
  stream: dashed(128),
  "stream consumer": dashed(128),
  table: dashed(255),
  "security group": dashed(255),
  "time series database": dashed(256),
  "time series table": dashed(256),
  topic: dashed(256),
  // Of Redshift Serverless: namespaces and workgroups.
  warehouse: { longest: 64, illegal: /[^a-z0-9-]/g, replacement: "-" },
  workgroup: dashed(128),
} satisfies Record<string, NamingRule>;

/**
 * Kinds whose names several regions share: names of roles and dashboards are unique in an account, bucket names in a partition, and
 * functions at the edge are all in us-east-1.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
const global = {
  // Policies and trust stores of CloudFront, which is in no region.
  cloudfront: dashed(64),
  bucket: { longest: 63, illegal: /[^a-z0-9-]/g, replacement: "-" },
  // Names of CloudWatch dashboards are unique in an account, across regions.
  dashboard: dashed(255),
  "edge function": dashed(64),
  // Sources and destinations of delivered logs of CloudFront, which are all in us-east-1.
  "log delivery": dashed(60),
  role: dashed(64),
} satisfies Record<string, NamingRule>;

/** Kinds whose names are unique in a region of an account, each with the length and the alphabet of its service. */
export type Nameable = keyof typeof regional;

/** Kinds whose names include the region. */
export type GloballyNameable = Exclude<keyof typeof global, "bucket">;

/**
 * Returns `<project>-<stack>-<logical name>`, valid for the service and the same at every preview.
 * A name that is too long is cut and ends in a hash of the whole name, so that no two names collide.
 */
export function physicalName(kind: Nameable, logicalName: string): string {
  const whole = `${prefix()}-${logicalName}`;
  return fit(regional[kind], kind === "warehouse" ? whole.toLowerCase() : whole);
}

/**
 * Returns the physical name of a resource that may be in another Region than the stack. There it contains the Region of the stack, since
 * stacks in several Regions create such resources in the same one: `<project>-<stack>-<short region>-<logical name>`.
 */
export function placedName(kind: Nameable, logicalName: string, region?: string): string {
  if (region === undefined) return physicalName(kind, logicalName);
  const own = aws.config.region;
  if (!own)
    throw new pulumi.RunError(
      `Names of resources in ${region} contain the Region of the stack, which is not set: set aws:region.`,
    );
  return physicalName(kind, `${shortRegion(own)}-${logicalName}`);
}

/** Returns the Region if it is another one than that of the stack. */
export const otherRegion = (region: string): string | undefined =>
  region === aws.config.region ? undefined : region;

/** Returns `<project>-<stack>-<short region>-<logical name>`, cut as `physicalName` does. */
export const globalName = (kind: GloballyNameable, logicalName: string): pulumi.Output<string> =>
  location().apply(({ region }) => fit(global[kind], withRegion(region, logicalName)));

/** Returns the global name of a bucket, followed by the account id, since accounts share the names of buckets. */
export function bucketName(logicalName: string): pulumi.Output<string> {
  return location().apply(({ account, region }) => {
    const { longest, illegal, replacement } = global.bucket;
    const rule = { longest: longest - account.length - 1, illegal, replacement };
    return `${fit(rule, withRegion(region, logicalName).toLowerCase())}-${account}`;
  });
}

const prefix = (): string => `${pulumi.getProject()}-${pulumi.getStack()}`;
const withRegion = (region: string, logicalName: string): string =>
  `${prefix()}-${shortRegion(region)}-${logicalName}`;

function fit(
  { longest, illegal, replacement, lowercase, singleHyphens }: NamingRule,
  whole: string,
): string {
  const replaced = (lowercase ? whole.toLowerCase() : whole).replace(illegal, replacement);
  const legal = singleHyphens ? replaced.replace(/-+(?=-|$)/g, "") : replaced;
  if (legal.length <= longest) return legal;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 8);
  const kept = legal.slice(0, longest - hash.length - 1);
  return `${singleHyphens ? kept.replace(/-$/, "") : kept}${replacement}${hash}`;
}

interface Location {
  partition: string;
  region: string;
  account: string;
  dnsSuffix: string;
}

let found: pulumi.Output<Location> | undefined;

/** Where the stack is deployed. Invokes return at preview too, so every ARN below is known before any resource exists. */
function location(): pulumi.Output<Location> {
  found ??= pulumi
    .all([aws.getPartition(), aws.getRegion(), aws.getCallerIdentity()])
    .apply(([{ partition, dnsSuffix }, { region }, { accountId }]) => ({
      partition,
      region,
      account: accountId,
      dnsSuffix,
    }));
  return found;
}

/** An ARN computed from names. The type is not a plain string, so that `"*"` cannot be passed for it. */
export type Arn = pulumi.Output<string>;

/** ARNs in the Region of the stack, or in `another`. */
const inRegion =
  (service: string, resource: (name: string) => string) =>
  (name: pulumi.Input<string>, another?: string): Arn =>
    pulumi
      .all([location(), name])
      .apply(
        ([{ partition, region, account }, known]) =>
          `arn:${partition}:${service}:${another ?? region}:${account}:${resource(known)}`,
      );

const anyRegion =
  (service: string, resource: (name: string) => string) =>
  (name: pulumi.Input<string>): Arn =>
    pulumi
      .all([location(), name])
      .apply(
        ([{ partition, account }, known]) =>
          `arn:${partition}:${service}:*:${account}:${resource(known)}`,
      );

/**
 * ARNs from physical names.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const arn = {
  alarm: inRegion("cloudwatch", (name) => `alarm:${name}`),
  /** Of Managed Service for Apache Flink. */
  application: inRegion("kinesisanalytics", (name) => `application/${name}`),
  catalog: (): Arn => inRegion("glue", () => "catalog")(""),
  catalogDatabase: inRegion("glue", (name) => `database/${name}`),
  catalogTable: (database: string, table: string): Arn =>
    inRegion("glue", () => `table/${database}/${table}`)(""),
  client: inRegion("iot", (id) => `client/${id}`),
  /** Whatever Amazon ECS runs in the account, on behalf of which tasks assume their roles. */
  containers: (): Arn => inRegion("ecs", () => "*")(""),
  deliveryStream: inRegion("firehose", (name) => `deliverystream/${name}`),
  /**
   * Of an endpoint of SageMaker, whose ARN has its name in lower case.
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
   */
  endpoint: inRegion("sagemaker", (name) => `endpoint/${name.toLowerCase()}`),
  eventBus: inRegion("events", (name) => `event-bus/${name}`),
  /** A rule of the named bus, or of the default bus. */
  eventRule: (name: string, bus?: string): Arn =>
    inRegion("events", () => `rule/${bus === undefined ? "" : `${bus}/`}${name}`)(""),
  function: inRegion("lambda", (name) => `function:${name}`),
  /** The workspaces of the account, whose ids AWS makes up. */
  grafanaWorkspaces: (): Arn => inRegion("grafana", () => "/workspaces/*")(""),
  networkInterfaces: (): Arn => inRegion("ec2", () => "network-interface/*")(""),
  /** Subnets and security groups, whose ids AWS makes up: limit them by a condition on a tag. */
  subnets: (): Arn => inRegion("ec2", () => "subnet/*")(""),
  securityGroups: (): Arn => inRegion("ec2", () => "security-group/*")(""),
  keys: (another?: string): Arn => inRegion("kms", () => "key/*")("", another),
  /** Of a function at the edge, which logs in every region that it is copied to. */
  edgeLogGroup: anyRegion("logs", (name) => `log-group:${name}`),
  edgeLogStreams: anyRegion("logs", (group) => `log-group:${group}:log-stream:*`),
  logGroup: inRegion("logs", (name) => `log-group:${name}`),
  logStream: (group: string, stream: string): Arn =>
    inRegion("logs", () => `log-group:${group}:log-stream:${stream}`)(""),
  logStreams: inRegion("logs", (group) => `log-group:${group}:log-stream:*`),
  pipe: inRegion("pipes", (name) => `pipe/${name}`),
  queue: inRegion("sqs", (name) => name),
  /** A resource of SageMaker, whose ARN has its name in lower case. */
  ofSageMaker: (kind: string, name: string): Arn =>
    inRegion("sagemaker", () => `${kind}/${name.toLowerCase()}`)(""),
  trainingPipeline: inRegion("sagemaker", (name) => `pipeline/${name.toLowerCase()}`),
  scheduleGroup: inRegion("scheduler", (name) => `schedule-group/${name}`),
  /** Everything of SageMaker in this account and region. */
  sageMaker: (): Arn => inRegion("sagemaker", () => "*")(""),
  quickSight: (kind: "dashboard" | "dataset" | "datasource", id: string): Arn =>
    inRegion("quicksight", () => `${kind}/${id}`)(""),
  roleAlias: inRegion("iot", (name) => `rolealias/${name}`),
  rule: inRegion("iot", (name) => `rule/${name}`),
  /**
   * Of a secret by its name: Secrets Manager appends a hyphen and six random characters.
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/getting-started.html
   */
  secret: inRegion("secretsmanager", (name) => `secret:${name}-??????`),
  iotSources: (): Arn => inRegion("iot", () => "*")(""),
  secrets: inRegion("secretsmanager", (prefix) => `secret:${prefix}*`),
  stateMachine: inRegion("states", (name) => `stateMachine:${name}`),
  stream: inRegion("kinesis", (name) => `stream/${name}`),
  /** Of a consumer with enhanced fan-out. Its ARN ends in the time of its registration, so this is a pattern. */
  streamConsumer: (stream: string, name: string): Arn =>
    inRegion("kinesis", () => `stream/${stream}/consumer/${name}:*`)(""),
  table: inRegion("dynamodb", (name) => `table/${name}`),
  timeSeriesTable: inRegion("timestream", (name) => `database/${name}`),
  topic: inRegion("sns", (name) => name),
  /** All workgroups of Redshift Serverless, whose ids AWS generates; a condition on a tag selects one. */
  workgroups: (): Arn => inRegion("redshift-serverless", () => "workgroup/*")(""),
  topicFilter: inRegion("iot", (filter) => `topicfilter/${filter}`),
  mqttTopic: inRegion("iot", (topic) => `topic/${topic}`),
  bucket: (name: pulumi.Input<string>): Arn =>
    pulumi
      .all([location(), name])
      .apply(([{ partition }, known]) => `arn:${partition}:s3:::${known}`),
  /** A repository of images of this account, or of the given one. */
  repository: (name: string, account?: pulumi.Input<string>): Arn =>
    pulumi
      .all([location(), account ?? accountId()])
      .apply(
        ([{ partition, region }, owner]) =>
          `arn:${partition}:ecr:${region}:${owner}:repository/${name}`,
      ),
  role: (name: pulumi.Input<string>): Arn =>
    pulumi
      .all([location(), name])
      .apply(([{ partition, account }, known]) => `arn:${partition}:iam::${account}:role/${known}`),
  workgroup: inRegion("athena", (name) => `workgroup/${name}`),
  /** The call of a task in a state machine, such as `lambda:invoke`. */
  serviceIntegration: (call: string): Arn =>
    location().apply(({ partition }) => `arn:${partition}:states:::${call}`),
  /** The account, as principal of a resource policy. */
  root: (): Arn =>
    location().apply(({ partition, account }) => `arn:${partition}:iam::${account}:root`),
};

/** The region to which the stack is deployed. */
export const stackRegion = (): pulumi.Output<string> => location().apply(({ region }) => region);

/** The id of the account to which the stack is deployed. */
export const accountId = (): pulumi.Output<string> => location().apply(({ account }) => account);

/** The URL of a repository for images of this stack. */
export const repositoryUrl = (name: string): pulumi.Output<string> =>
  location().apply(
    ({ region, dnsSuffix, account }) => `${account}.dkr.ecr.${region}.${dnsSuffix}/${name}`,
  );

/** The region to which the stack is deployed. */
export const regionName = (): pulumi.Output<string> => location().apply(({ region }) => region);

/** The URL of a queue of this stack, in its Region or in `another`. */
export const queueUrl = (name: string, another?: string): pulumi.Output<string> =>
  location().apply(
    ({ region, dnsSuffix, account }) =>
      `https://sqs.${another ?? region}.${dnsSuffix}/${account}/${name}`,
  );

/** The name of a service for interface endpoints in the stack's region, such as `com.amazonaws.eu-central-1.sqs`. */
export const endpointService = (service: string): pulumi.Output<string> =>
  location().apply(({ region, dnsSuffix }) => {
    const reversed = dnsSuffix.split(".").reverse().join(".");
    return `${reversed}.${region}.${service}`;
  });
