import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";

interface Rule {
  /** The most characters the service takes. */
  longest: number;
  /** What the service does not take in a name. */
  illegal: RegExp;
  /** What stands in for an illegal character. */
  filler: string;
}

const dashed = (longest: number): Rule => ({ longest, illegal: /[^A-Za-z0-9_-]/g, filler: "-" });

// Limits and alphabets: the "quotas" page of each service's developer guide.
const rules = {
  alarm: dashed(255),
  archive: dashed(48),
  bucket: { longest: 63, illegal: /[^a-z0-9-]/g, filler: "-" },
  // Alias names may not begin with `alias/aws`; ours begin with the project's name.
  "key alias": dashed(250),
  // The limit of an API gateway's name.
  api: dashed(128),
  "device policy": dashed(128),
  "event bus": dashed(256),
  "event rule": dashed(64),
  function: dashed(64),
  pipe: dashed(64),
  queue: dashed(80),
  "state machine": dashed(80),
  role: dashed(64),
  // IoT rule names take no hyphen.
  rule: { longest: 128, illegal: /[^A-Za-z0-9_]/g, filler: "_" },
  stream: dashed(128),
  table: dashed(255),
  topic: dashed(256),
} satisfies Record<string, Rule>;

/** What can be named: each kind of resource has its service's length and alphabet. */
export type Nameable = keyof typeof rules;

/**
 * `<project>-<stack>-<logical name>`, legal for the service and the same at every preview.
 * A name that is too long keeps its beginning and ends in a hash of the whole, so that two never collide.
 */
export function physicalName(kind: Nameable, logicalName: string): string {
  return fit(rules[kind], `${pulumi.getProject()}-${pulumi.getStack()}-${logicalName}`);
}

/** Bucket names are shared by all accounts of a partition, so they end in the account's id. */
export function bucketName(logicalName: string): pulumi.Output<string> {
  return place().apply(({ account }) => {
    const whole = `${pulumi.getProject()}-${pulumi.getStack()}-${logicalName}`.toLowerCase();
    const { longest, illegal, filler } = rules.bucket;
    return `${fit({ longest: longest - account.length - 1, illegal, filler }, whole)}-${account}`;
  });
}

function fit({ longest, illegal, filler }: Rule, whole: string): string {
  const legal = whole.replace(illegal, filler);
  if (legal.length <= longest) return legal;
  const hash = createHash("sha256").update(whole).digest("hex").slice(0, 8);
  return `${legal.slice(0, longest - hash.length - 1)}${filler}${hash}`;
}

interface Place {
  partition: string;
  region: string;
  account: string;
  dnsSuffix: string;
}

let known: pulumi.Output<Place> | undefined;

/** Where the stack is deployed. Invokes answer at preview too, hence every ARN below is known before anything exists. */
function place(): pulumi.Output<Place> {
  known ??= pulumi
    .all([aws.getPartition(), aws.getRegion(), aws.getCallerIdentity()])
    .apply(([{ partition, dnsSuffix }, { region }, { accountId }]) => ({
      partition,
      region,
      account: accountId,
      dnsSuffix,
    }));
  return known;
}

/** An ARN computed from names. It is no plain string, so that a bare `"*"` cannot stand in for it. */
export type Arn = pulumi.Output<string>;

const regional =
  (service: string, resource: (name: string) => string) =>
  (name: pulumi.Input<string>): Arn =>
    pulumi
      .all([place(), name])
      .apply(
        ([{ partition, region, account }, known]) =>
          `arn:${partition}:${service}:${region}:${account}:${resource(known)}`,
      );

const anyRegion =
  (service: string, resource: (name: string) => string) =>
  (name: string): Arn =>
    place().apply(
      ({ partition, account }) => `arn:${partition}:${service}:*:${account}:${resource(name)}`,
    );

/** ARNs from physical names, in the formats of the Service Authorization Reference. */
export const arn = {
  alarm: regional("cloudwatch", (name) => `alarm:${name}`),
  client: regional("iot", (id) => `client/${id}`),
  eventBus: regional("events", (name) => `event-bus/${name}`),
  /** A rule of the default bus, or of the named one. */
  eventRule: (name: string, bus?: string): Arn =>
    regional("events", () => `rule/${bus === undefined ? "" : `${bus}/`}${name}`)(""),
  function: regional("lambda", (name) => `function:${name}`),
  keys: (): Arn => regional("kms", () => "key/*")(""),
  /** Of a function at the edge, which logs in every region that it is copied to. */
  edgeLogGroup: anyRegion("logs", (name) => `log-group:${name}`),
  edgeLogStreams: anyRegion("logs", (group) => `log-group:${group}:log-stream:*`),
  logGroup: regional("logs", (name) => `log-group:${name}`),
  logStreams: regional("logs", (group) => `log-group:${group}:log-stream:*`),
  pipe: regional("pipes", (name) => `pipe/${name}`),
  queue: regional("sqs", (name) => name),
  rule: regional("iot", (name) => `rule/${name}`),
  iotSources: (): Arn => regional("iot", () => "*")(""),
  stateMachine: regional("states", (name) => `stateMachine:${name}`),
  stream: regional("kinesis", (name) => `stream/${name}`),
  table: regional("dynamodb", (name) => `table/${name}`),
  topic: regional("sns", (name) => name),
  topicFilter: regional("iot", (filter) => `topicfilter/${filter}`),
  mqttTopic: regional("iot", (topic) => `topic/${topic}`),
  bucket: (name: pulumi.Input<string>): Arn =>
    pulumi.all([place(), name]).apply(([{ partition }, known]) => `arn:${partition}:s3:::${known}`),
  role: (name: pulumi.Input<string>): Arn =>
    pulumi
      .all([place(), name])
      .apply(([{ partition, account }, known]) => `arn:${partition}:iam::${account}:role/${known}`),
  /** What a workflow's task calls: `lambda:invoke`. */
  serviceIntegration: (call: string): Arn =>
    place().apply(({ partition }) => `arn:${partition}:states:::${call}`),
  /** The account itself, as the principal of a resource policy. */
  root: (): Arn =>
    place().apply(({ partition, account }) => `arn:${partition}:iam::${account}:root`),
};

/** The id of the account that the stack is deployed to. */
export const accountId = (): pulumi.Output<string> => place().apply(({ account }) => account);

/** The URL by which a queue of this stack is called. */
export const queueUrl = (name: string): pulumi.Output<string> =>
  place().apply(
    ({ region, dnsSuffix, account }) => `https://sqs.${region}.${dnsSuffix}/${account}/${name}`,
  );
