import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { evaluateProject, type Evaluation, type RecordedResource } from "../local/program";
import { answer } from "./support/deploy";

const directory = path.join(__dirname, "..");

/** Which input names a resource, and what its service takes. */
const names: Record<string, { input: string; legal: RegExp }> = {
  "aws:apigatewayv2/api:Api": { input: "name", legal: /^.{1,128}$/ },
  "aws:athena/workgroup:Workgroup": { input: "name", legal: /^[A-Za-z0-9._-]{1,128}$/ },
  "aws:cloudwatch/dashboard:Dashboard": { input: "dashboardName", legal: /^[A-Za-z0-9_-]{1,255}$/ },
  "aws:cloudwatch/eventArchive:EventArchive": { input: "name", legal: /^[.\-_A-Za-z0-9]{1,48}$/ },
  "aws:cloudwatch/eventBus:EventBus": { input: "name", legal: /^[.\-_A-Za-z0-9]{1,256}$/ },
  "aws:cloudwatch/eventRule:EventRule": { input: "name", legal: /^[.\-_A-Za-z0-9]{1,64}$/ },
  "aws:cloudwatch/logGroup:LogGroup": { input: "name", legal: /^[A-Za-z0-9_./#-]{1,512}$/ },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { input: "name", legal: /^[^:]{1,255}$/ },
  "aws:dynamodb/table:Table": { input: "name", legal: /^[A-Za-z0-9_.-]{3,255}$/ },
  "aws:ecr/repository:Repository": { input: "name", legal: /^[a-z0-9-]{2,256}$/ },
  "aws:ecs/cluster:Cluster": { input: "name", legal: /^[A-Za-z0-9_-]{1,255}$/ },
  "awsx:ecs:FargateService": { input: "name", legal: /^[A-Za-z0-9_-]{1,255}$/ },
  "aws:glue/catalogDatabase:CatalogDatabase": { input: "name", legal: /^[a-z0-9_]{1,255}$/ },
  "aws:grafana/workspace:Workspace": { input: "name", legal: /^[a-zA-Z0-9-._~]{1,255}$/ },
  "aws:iam/role:Role": { input: "name", legal: /^[\w+=,.@-]{1,64}$/ },
  "aws:iot/policy:Policy": { input: "name", legal: /^[\w+=,.@-]{1,128}$/ },
  "aws:iot/roleAlias:RoleAlias": { input: "alias", legal: /^[A-Za-z0-9=@-]{1,128}$/ },
  "aws:iot/topicRule:TopicRule": { input: "name", legal: /^[A-Za-z0-9_]{1,128}$/ },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
    input: "name",
    legal: /^[A-Za-z0-9_.-]{1,64}$/,
  },
  "aws:kinesis/stream:Stream": { input: "name", legal: /^[A-Za-z0-9_.-]{1,128}$/ },
  "aws:kms/alias:Alias": { input: "name", legal: /^alias\/[A-Za-z0-9/_-]{1,250}$/ },
  "aws:lambda/function:Function": { input: "name", legal: /^[A-Za-z0-9_-]{1,64}$/ },
  "aws:pipes/pipe:Pipe": { input: "name", legal: /^[.\-_A-Za-z0-9]{1,64}$/ },
  "aws:redshiftserverless/namespace:Namespace": {
    input: "namespaceName",
    legal: /^[a-z0-9-]{3,64}$/,
  },
  "aws:redshiftserverless/workgroup:Workgroup": {
    input: "workgroupName",
    legal: /^[a-z0-9-]{3,64}$/,
  },
  "aws:s3/bucket:Bucket": { input: "bucket", legal: /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/ },
  "aws:secretsmanager/secret:Secret": { input: "name", legal: /^[A-Za-z0-9/_+=.@-]{1,512}$/ },
  "aws:sfn/stateMachine:StateMachine": { input: "name", legal: /^[A-Za-z0-9_-]{1,80}$/ },
  "aws:sns/topic:Topic": { input: "name", legal: /^[A-Za-z0-9_-]{1,256}$/ },
  "aws:sqs/queue:Queue": { input: "name", legal: /^(?=.{1,80}$)[A-Za-z0-9_-]+(\.fifo)?$/ },
};

/** Inputs that a policy reads; a value that is unknown here would make the first preview prove nothing. */
const mustBeKnown =
  /policy|arn|redrive|dimension|filter|sql$|action|principal|^name$|^role$|endpoint/i;

/**
 * AWS makes up the ids of APIs, distributions, scaling policies, workgroups and secrets of administrators, and the ARNs of destinations of logs, so what is made of them is known only when they exist. No policy
 * is.
 */
const madeOfId =
  /^(api-to-devices|edge-to-iot)-api-(invocable\.sourceArn|server-errors\.dimensions)$|^stream-to-fargate-consumer-(less|more)\.alarmActions$|^edge-to-iot-distribution-server-errors\.dimensions$|^edge-to-iot-distribution-log-(source\.resourceArn|delivery\.deliveryDestinationArn)$|^iot-to-redshift-warehouse-(limit\.resourceArn|[a-z-]+\.secretArn)$/;

for (const stack of ["dev", "local"])
  describe(`The program of stack ${stack}`, () => {
    let preview: Evaluation;
    before(async function () {
      this.timeout(120_000);
      preview = await evaluateProject(directory, stack, { invoke: answer });
    });

    it("has about as many resources and alarms as docs/deploying.md says", () => {
      const page = fs.readFileSync(path.join(directory, "docs/deploying.md"), "utf8");
      const [, all] = /The plan of `dev` has about\s+(\d+) resources/.exec(page) ?? [];
      const [, dev, every] = /about (\d+) in `dev`, (\d+) with every integration/.exec(page) ?? [];
      const alarms = preview.resources.filter(({ type }) => type.endsWith(":MetricAlarm"));
      const isNear = (said: string | undefined, count: number): void =>
        assert.ok(Math.abs(Number(said) - count) < count / 20, `${said} in place of ${count}`);
      isNear(stack === "dev" ? dev : every, alarms.length);
      if (stack === "dev") isNear(all, preview.resources.length);
    });

    it("gives every named resource a legal name that no other has", () => {
      const seen = new Set<string>();
      for (const { type, name, plain } of preview.resources) {
        const rule = names[type];
        if (!rule) continue;
        const given = plain[rule.input];
        assert.equal(typeof given, "string", `${type} ${name} leaves its name to Pulumi`);
        assert.match(given as string, rule.legal, `${type} ${name}`);
        // Functions at the edge log under one name in several regions.
        const place = `${type} ${given as string} ${(plain.region as string | undefined) ?? ""}`;
        assert.ok(!seen.has(place), `${given as string} is used twice`);
        seen.add(place);
      }
      assert.ok(seen.size > 50);
    });

    it("gives every resource a logical name that begins with its parent's", () => {
      const logical = new Map(preview.resources.map((made) => [made.urn, made.name]));
      for (const { name, parent, type } of preview.resources) {
        const parentType = parent.split("::")[2] ?? "";
        if (!parentType.includes("iot:")) continue;
        const above = logical.get(parent) ?? "";
        assert.ok(name.startsWith(above), `${type} ${name} below ${above}`);
      }
    });

    it("knows every document, ARN and name at the first preview of an empty stack", () => {
      const unknown = preview.resources.flatMap(({ name, plain }) =>
        Object.entries(plain)
          .filter(([input, value]) => mustBeKnown.test(input) && hasUnknown(value))
          .map(([input]) => `${name}.${input}`)
          .filter((place) => !madeOfId.test(place)),
      );
      assert.deepEqual(unknown, []);
    });

    it("gives every function a role, a pinned runtime, a timeout and a log group with retention", () => {
      const logGroups = new Map(
        preview.resources
          .filter(({ type }) => type === "aws:cloudwatch/logGroup:LogGroup")
          .map(({ plain }) => [plain.name, plain.retentionInDays]),
      );
      const functions = preview.resources.filter(
        ({ type }) => type === "aws:lambda/function:Function",
      );
      assert.ok(functions.length >= 9);
      for (const { plain } of functions) {
        assert.match(String(plain.role), /^arn:aws:iam::123456789012:role\/iot-integrations-/);
        assert.equal(plain.runtime, "nodejs24.x");
        const longest = waiting.some((name) => String(plain.name).endsWith(name)) ? 300 : 60;
        assert.ok(Number(plain.timeout) <= longest, String(plain.name));
        const copied = plain.region === "us-east-1" ? "us-east-1." : "";
        assert.ok(Number(logGroups.get(`/aws/lambda/${copied}${String(plain.name)}`)) > 0);
      }
    });

    it("can be destroyed without deletionProtection, and classes each type that sounds like a store of data", () => {
      const types = new Set(preview.resources.map(({ type }) => type));
      for (const type of types)
        if (type.startsWith("aws:") && isStore.test(type))
          assert.ok(type in stores || type in notStores, `Does ${type} store data?`);
      assert.deepEqual(differing(preview.resources, false), []);
      for (const { type, name, plain } of preview.resources)
        if (type === "aws:s3/bucket:Bucket") assert.ok(plain.forceDestroy !== true, name);
    });

    it("alarms on every dead-letter queue", () => {
      const watched = new Set(
        preview.resources
          .flatMap(({ plain }) => [plain, ...metricsIn(plain)])
          .filter(({ metricName }) => metricName === "ApproximateNumberOfMessagesVisible")
          .map(({ dimensions }) => (dimensions as { QueueName: string }).QueueName),
      );
      for (const { type, plain } of preview.resources)
        if (type === "aws:sqs/queue:Queue" && !plain.redrivePolicy)
          assert.ok(watched.has(plain.name as string), `No alarm watches ${String(plain.name)}`);
    });
  });

/** Types of resources that hold data which nothing else holds, and how each follows the setting deletionProtection. */
const stores: Record<string, (made: RecordedResource) => boolean> = {
  "aws:dynamodb/table:Table": ({ plain }) => plain.deletionProtectionEnabled === true,
  "aws:redshiftserverless/namespace:Namespace": isProtected,
  "aws:timestreaminfluxdb/dbCluster:DbCluster": isProtected,
  "aws:timestreaminfluxdb/dbInstance:DbInstance": isProtected,
  "aws:timestreamwrite/database:Database": isProtected,
  "aws:timestreamwrite/table:Table": isProtected,
};

/** Types whose names sound like stores, with the reason why the setting does not concern them. */
const notStores: Record<string, string> = {
  "aws:cloudwatch/eventArchive:EventArchive": "a copy for some days",
  "aws:ecs/cluster:Cluster": "holds nothing",
  "aws:glue/catalogDatabase:CatalogDatabase": "describes objects of a bucket",
  "aws:glue/catalogTable:CatalogTable": "describes objects of a bucket",
  "aws:s3/bucket:Bucket": "S3 refuses to delete one with objects",
};

const isStore = /Table|Database|DbCluster|DbInstance|Cluster|Namespace|Archive|FileSystem|Bucket$/;

function isProtected(made: RecordedResource): boolean {
  return made.protected === true;
}

/** The stores whose protection differs from the setting, by name. */
const differing = (resources: RecordedResource[], protection: boolean): string[] =>
  resources
    .filter(({ type, name }) => type in stores && !name.endsWith("-gate"))
    .filter((made) => stores[made.type]?.(made) !== protection)
    .map(({ name }) => name);

describe("The data of the program", function () {
  this.timeout(120_000);
  const configurations: [stems: string[], changes: Record<string, string>][] = [
    [["iot-to-dynamodb", "iot-to-redshift", "iot-to-timestream"], {}],
    [
      ["iot-to-timestream"],
      { "iot-to-timestream:engine": "v2", "iot-to-timestream:password": "example1" },
    ],
    [["iot-to-timestream"], { "iot-to-timestream:engine": "liveAnalytics" }],
  ];

  for (const [stems, changes] of configurations)
    it(`is protected from deletion: ${[...stems, ...Object.values(changes)].join(" ")}`, async () => {
      const { resources } = await evaluateProject(
        directory,
        "local",
        { invoke: answer },
        {
          ...changes,
          "iot-integrations:integrations": JSON.stringify(stems),
          "iot-integrations:deletionProtection": "true",
        },
      );
      assert.ok(resources.some(({ type }) => type in stores));
      assert.deepEqual(differing(resources, true), []);
    });
});

/** Functions that wait for statements of a warehouse. */
const waiting = ["iot-to-sagemaker-scorer", "iot-to-redshift-loader", "iot-to-redshift-sweeper"];

/** The metrics in the metric math of an alarm that fires at a level, not at a change. */
function metricsIn({ metricQueries = [] }: Record<string, unknown>): Record<string, unknown>[] {
  const queries = metricQueries as { expression?: string; metric?: Record<string, unknown> }[];
  if (queries.some(({ expression }) => expression?.includes("DIFF("))) return [];
  return queries.flatMap(({ metric }) => (metric ? [metric] : []));
}

function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ("__pulumiUnknown" in value) return true;
  return Object.values(value).some(hasUnknown);
}
