import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { stems } from "../components/catalogue";
import { evaluateProject, type RecordedResource } from "../local/program";
import { answer } from "./support/deploy";

const directory = path.join(__dirname, "..");

/**
 * The input that names a resource whose name several regions share, by type. A type that the program starts to use and that is neither here
 * nor regional has to be added.
 */
const global: Readonly<Record<string, string>> = {
  "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
  "aws:iam/role:Role": "name",
  "aws:s3/bucket:Bucket": "bucket",
};

/** Types whose names are unique in a region. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
const regional = new Set([
  "aws:apigatewayv2/api:Api",
  "aws:apigatewayv2/authorizer:Authorizer",
  "aws:athena/workgroup:Workgroup",
  "aws:cloudwatch/eventArchive:EventArchive",
  "aws:cloudwatch/eventBus:EventBus",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
  "aws:cloudwatch/logDeliverySource:LogDeliverySource",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:dynamodb/table:Table",
  "aws:appautoscaling/policy:Policy",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ecr/repository:Repository",
  "aws:ecs/cluster:Cluster",
  "aws:glue/catalogDatabase:CatalogDatabase",
  "aws:grafana/workspace:Workspace",
  "aws:iot/policy:Policy",
  "aws:iot/roleAlias:RoleAlias",
  "aws:iot/topicRule:TopicRule",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  "aws:kinesis/stream:Stream",
  "aws:kms/alias:Alias",
  "aws:lambda/function:Function",
  "aws:pipes/pipe:Pipe",
  "aws:sagemaker/endpoint:Endpoint",
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
  "aws:sagemaker/model:Model",
  "aws:sagemaker/modelPackageGroup:ModelPackageGroup",
  "aws:sagemaker/pipeline:Pipeline",
  "aws:scheduler/schedule:Schedule",
  "aws:secretsmanager/secret:Secret",
  "aws:sfn/stateMachine:StateMachine",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
  "aws:timestreaminfluxdb/dbCluster:DbCluster",
]);

/** Names that belong to a resource that has a name of its own. */
const within = new Set([
  "aws:iam/rolePolicy:RolePolicy",
  "aws:apigatewayv2/stage:Stage",
  "aws:athena/namedQuery:NamedQuery",
  "aws:cloudwatch/logStream:LogStream",
  "aws:glue/catalogTable:CatalogTable",
]);

describe("Two regions of one account", () => {
  const previews = new Map<string, RecordedResource[]>();
  before(async function () {
    this.timeout(120_000);
    for (const region of ["eu-central-1", "eu-west-1"])
      previews.set(region, await previewIn(region));
  });

  it("have no global name in common", () => {
    const [one, two] = [...previews.values()].map((made) => new Set(made.flatMap(globalNames)));
    assert.ok(one && two && one.size >= 20, `${String(one?.size)} global names`);
    assert.equal(one.size, two.size);
    for (const type of ["topic:Topic", "queue:Queue", "alias:Alias", "metricAlarm:MetricAlarm"])
      assert.ok(
        [...one].some((name) => name.includes(`/${type} `) && name.endsWith(" us-east-1")),
        type,
      );
    assert.deepEqual(
      [...one].filter((name) => two.has(name)),
      [],
    );
  });

  it("name every kind of resource that is known to be either regional or global", () => {
    const others = [...previews.values()]
      .flat()
      .filter(({ custom, plain }) => custom && typeof (plain.name ?? plain.bucket) === "string")
      .map(({ type }) => type)
      .filter((type) => !(type in global) && !regional.has(type) && !within.has(type));
    assert.deepEqual(
      [...new Set(others)].filter((type) => !/^aws:s3\/bucket[A-Z]/.test(type)),
      [],
    );
  });
});

/** Lines of the sources, but for comments, that name the partition of the standard regions. */
function withPartition(folder: string): string[] {
  const files = fs
    .readdirSync(path.join(directory, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"));
  return files.flatMap((file) =>
    fs
      .readFileSync(path.join(directory, folder, file), "utf8")
      .split("\n")
      .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line) && line.includes("arn:aws:"))
      .map((line) => `${folder}/${file}: ${line.trim()}`),
  );
}

describe("Other partitions of AWS", () => {
  it("have their ARNs: no source names a partition", () => {
    assert.deepEqual(
      ["components", "functions", "operations", "reading"]
        .flatMap(withPartition)
        // These look up resources of an evaluated program, whatever the partition.
        .filter((line) => !/^operations\/cost\/(rules|flow)\.ts: /.test(line)),
      [],
    );
    assert.equal(withPartition("operations").length > 0, true);
  });
});

async function previewIn(region: string): Promise<RecordedResource[]> {
  const invoke = async (token: string): Promise<Record<string, unknown>> =>
    token === "aws:index/getRegion:getRegion" ? { region } : answer(token);
  const { resources } = await evaluateProject(
    directory,
    "local",
    { invoke },
    { "aws:region": region },
  );
  // All integrations stand in the local stack.
  for (const stem of stems)
    assert.ok(
      resources.some(({ name }) => name === stem),
      `${stem} is not deployed`,
    );
  return resources;
}

/** Includes what is placed in another region than the stack, such as functions at the edge and alarms of a distribution. */
const globalNames = ({ type, plain }: RecordedResource): string[] => {
  if (type in global) return [`${type} ${String(plain[global[type] as string])}`];
  return typeof plain.region === "string" && typeof plain.name === "string"
    ? [`${type} ${plain.name} ${plain.region}`]
    : [];
};
