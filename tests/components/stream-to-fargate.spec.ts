import * as assert from "node:assert/strict";
import { streamToFargate, StreamToFargate } from "../../components/stream-to-fargate";
import { drainMilliseconds } from "../../functions/stream-to-fargate/worker";
import * as all from "../../policies/rule-list";
import { account, deploy, region, statements, type Made } from "../support/deploy";
import { findings } from "../support/policy";
import { allow, arns, completed, queueUrl, telemetry, trustedByService } from "./support";

const imageUri = `registry.example.com/consumer@sha256:${"a".repeat(64)}`;
const physical = "iot-integrations-test-stream-to-fargate-consumer";

const make = (changes: object = {}, preview = false): Promise<Made> =>
  deploy(
    () => {
      completed((common) => {
        new StreamToFargate("stream-to-fargate", {
          ...common,
          telemetry: telemetry(common.alarms),
          ...changes,
        });
      });
    },
    {
      preview,
      state: {
        "awsx:ec2:Vpc": {
          vpcId: "vpc-1",
          isolatedSubnetIds: ["subnet-1", "subnet-2"],
          privateSubnetIds: ["subnet-3", "subnet-4"],
          routeTables: [{ id: "rtb-1" }, { id: "rtb-2" }],
        },
      },
    },
  );

const containerOf = (made: Made): Record<string, unknown> => {
  const { containerDefinitions } = made.only("aws:ecs/taskDefinition:TaskDefinition");
  const [container, ...others] = JSON.parse(containerDefinitions as string) as [
    Record<string, unknown>,
  ];
  assert.deepEqual(others, []);
  return container;
};
const policyOf = (made: Made, role: string): unknown =>
  statements(
    made.only(
      "aws:iam/rolePolicy:RolePolicy",
      `stream-to-fargate-consumer-${role}-role-permissions`,
    ).policy,
  );

describe("StreamToFargate", () => {
  let made: Made;
  before(async () => (made = await make()));

  it("lets the container read the stream, share its shards, keep statistics and set messages aside, and nothing else", () => {
    assert.deepEqual(policyOf(made, "task"), [
      allow(
        "ReadStream",
        ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"],
        arns.stream("telemetry"),
      ),
      allow(
        "ShareShards",
        ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Scan", "dynamodb:UpdateItem"],
        arns.table("stream-to-fargate-leases"),
      ),
      allow(
        "KeepStatistics",
        ["dynamodb:GetItem", "dynamodb:PutItem"],
        arns.table("stream-to-fargate-statistics"),
      ),
      allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
      allow("SetAside", "sqs:SendMessage", arns.queue("stream-to-fargate-failures")),
    ]);
  });

  it("lets ECS pull this image and write this log with a role of its own, and nothing else", () => {
    assert.deepEqual(policyOf(made, "execution"), [
      allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], "*"),
      allow(
        "PullImage",
        ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        `arn:aws:ecr:${region}:${account}:repository/${physical}`,
      ),
      allow(
        "WriteLogs",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        `arn:aws:logs:${region}:${account}:log-group:/aws/ecs/${physical}:log-stream:*`,
      ),
    ]);
  });

  it("lets tasks of this account and region assume either role", () => {
    for (const role of ["task", "execution"])
      assert.deepEqual(
        statements(
          made.only("aws:iam/role:Role", `stream-to-fargate-consumer-${role}-role`)
            .assumeRolePolicy,
        ),
        trustedByService("ecs-tasks.amazonaws.com", `arn:aws:ecs:${region}:${account}:*`),
      );
  });

  it("runs the container without root, capabilities or a writable file system, and knows all of it at preview", async () => {
    const preview = containerOf(await make({}, true));
    const container = containerOf(made);
    assert.deepEqual(preview, container);
    const { image, environment, ...rest } = container;
    assert.match(
      String(image),
      new RegExp(`^${account}\\.dkr\\.ecr\\.${region}\\.amazonaws\\.com/${physical}:[0-9a-f]{64}$`),
    );
    assert.deepEqual(rest, {
      name: "consumer",
      command: ["functions/stream-to-fargate/main.js"],
      essential: true,
      readonlyRootFilesystem: true,
      user: "65532",
      linuxParameters: { capabilities: { drop: ["ALL"] } },
      versionConsistency: "enabled",
      stopTimeout: 60,
      healthCheck: {
        command: ["CMD", "/nodejs/bin/node", "functions/stream-to-fargate/health-check.js"],
        ...{ interval: 30, timeout: 10, retries: 3, startPeriod: 60 },
      },
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": `/aws/ecs/${physical}`,
          "awslogs-region": region,
          "awslogs-stream-prefix": "task",
          mode: "non-blocking",
        },
      },
    });
    assert.ok(drainMilliseconds < 1000 * Number(rest.stopTimeout));
    const variables = Object.fromEntries(
      (environment as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
    );
    assert.deepEqual(variables, {
      STREAM_ARN: arns.stream("telemetry"),
      SERVICE_NAME: physical,
      LEASES_TABLE_NAME: "iot-integrations-test-stream-to-fargate-leases",
      STATISTICS_TABLE_NAME: "iot-integrations-test-stream-to-fargate-statistics",
      QUARANTINE_QUEUE_URL: queueUrl("quarantine.fifo"),
      FAILURES_QUEUE_URL: queueUrl("stream-to-fargate-failures"),
      ...{ KEEP_DAYS: "30", HOLD_SECONDS: "21600", LEASE_SECONDS: "20", HEALTH_PORT: "8080" },
    });
  });

  it("runs tasks of Fargate on ARM64, in subnets without public addresses, and rolls a failed deployment back", () => {
    const task = made.only("aws:ecs/taskDefinition:TaskDefinition");
    assert.deepEqual(
      [task.requiresCompatibilities, task.networkMode, task.cpu, task.memory, task.runtimePlatform],
      [
        ["FARGATE"],
        "awsvpc",
        "512",
        "1024",
        { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      ],
    );
    const service = made.only("awsx:ecs:FargateService");
    assert.deepEqual(
      [service.name, service.desiredCount, service.deploymentCircuitBreaker],
      [physical, 1, { enable: true, rollback: true }],
    );
    assert.deepEqual(service.networkConfiguration, {
      subnets: ["subnet-3", "subnet-4"],
      securityGroups: [`${physical.replace("consumer", "network-tasks")}-id`],
      assignPublicIp: false,
    });
    assert.equal(service.taskDefinitionArgs, undefined);
  });

  it("reaches AWS through one NAT gateway and no endpoint, or by endpoints and no gateway", async () => {
    const { subnetSpecs, natGateways } = made.only("awsx:ec2:Vpc");
    assert.deepEqual(natGateways, { strategy: "Single" });
    assert.deepEqual(
      (subnetSpecs as { type: string }[]).map(({ type }) => type),
      ["Private", "Public"],
    );
    assert.equal(made.all("aws:ec2/vpcEndpoint:VpcEndpoint").size, 0);

    const closed = await make({ egress: "endpoints" });
    assert.deepEqual(closed.only("awsx:ec2:Vpc").natGateways, { strategy: "None" });
    const endpoints = [...closed.all("aws:ec2/vpcEndpoint:VpcEndpoint").values()];
    assert.deepEqual(
      endpoints
        .map(
          ({ serviceName, vpcEndpointType }) => `${String(vpcEndpointType)} ${String(serviceName)}`,
        )
        .sort(),
      [
        ...["dynamodb", "s3"].map((service) => `Gateway com.amazonaws.${region}.${service}`),
        ...["ecr.api", "ecr.dkr", "kinesis-streams", "logs", "sqs"].map(
          (service) => `Interface com.amazonaws.${region}.${service}`,
        ),
      ],
    );
    for (const { vpcEndpointType, routeTableIds, subnetIds } of endpoints)
      assert.deepEqual(
        vpcEndpointType === "Gateway" ? routeTableIds : subnetIds,
        vpcEndpointType === "Gateway" ? ["rtb-1", "rtb-2"] : ["subnet-1", "subnet-2"],
      );
    const { subnets } = closed.only("awsx:ecs:FargateService").networkConfiguration as {
      subnets: string[];
    };
    assert.deepEqual(subnets, ["subnet-1", "subnet-2"]);
  });

  it("alarms and scales on the lag of its tasks, also when none of them reports", () => {
    const alarms = made.all("aws:cloudwatch/metricAlarm:MetricAlarm");
    const of = (name: string) => alarms.get(`stream-to-fargate-consumer-${name}`) ?? {};
    for (const [name, threshold] of [
      ["behind", 300_000],
      ["more", 60_000],
    ] as const) {
      const { namespace, metricName, dimensions, statistic, treatMissingData } = of(name);
      assert.deepEqual(
        { namespace, metricName, dimensions, statistic, treatMissingData },
        {
          ...{ namespace: "IotIntegrations", metricName: "Behind", statistic: "Maximum" },
          ...{ dimensions: { ServiceName: physical }, treatMissingData: "breaching" },
        },
      );
      assert.equal(of(name).threshold, threshold);
    }
    assert.deepEqual(of("behind").alarmActions, [arns.topic("alarms-topic")]);
    assert.equal(of("less").treatMissingData, "notBreaching");
    const policies = made.all("aws:appautoscaling/policy:Policy");
    const step = (name: string) =>
      (
        policies.get(`stream-to-fargate-consumer-${name}`)?.stepScalingPolicyConfiguration as {
          stepAdjustments: object[];
        }
      ).stepAdjustments;
    assert.deepEqual(step("scale-out"), [{ metricIntervalLowerBound: "0", scalingAdjustment: 1 }]);
    assert.deepEqual(step("scale-in"), [{ metricIntervalLowerBound: "0", scalingAdjustment: -1 }]);
    const { minCapacity, maxCapacity, resourceId } = made.only("aws:appautoscaling/target:Target");
    assert.deepEqual(
      [minCapacity, maxCapacity, resourceId],
      [1, 4, `service/${physical}/${physical}`],
    );
  });

  it("has its service before each alarm that fires without data", async () => {
    for (const one of [made, await make({ mostTasks: 1 })]) {
      const byUrn = new Map(one.resources.map((resource) => [resource.urn, resource]));
      const needsService = (urn: string): boolean => {
        const resource = byUrn.get(urn);
        return (
          resource?.type === "awsx:ecs:FargateService" ||
          (resource?.dependencies.some(needsService) ?? false)
        );
      };
      const breaching = one.resources.filter(({ plain }) => plain.treatMissingData === "breaching");
      assert.equal(breaching.length, one === made ? 2 : 1);
      for (const { urn, name } of breaching) assert.ok(needsService(urn), name);
    }
  });

  it("does not scale with as many tasks at most as at least", async () => {
    const fixed = await make({ leastTasks: 2, mostTasks: 2 });
    assert.equal(fixed.all("aws:appautoscaling/target:Target").size, 0);
    assert.equal(fixed.only("awsx:ecs:FargateService").desiredCount, 2);
    assert.ok(
      fixed.all("aws:cloudwatch/metricAlarm:MetricAlarm").has("stream-to-fargate-consumer-behind"),
    );
  });

  it("builds its image for a repository that takes the same sources again, and pins it per deployment", () => {
    const { imageTagMutability, imageScanningConfiguration } = made.only(
      "aws:ecr/repository:Repository",
    );
    assert.deepEqual(
      [imageTagMutability, imageScanningConfiguration],
      ["MUTABLE", { scanOnPush: true }],
    );
    const { imageTag, platform, dockerfile } = made.only("awsx:ecr:Image");
    assert.deepEqual(
      [platform, dockerfile],
      ["linux/arm64", "functions/stream-to-fargate/Dockerfile"],
    );
    assert.ok(String(containerOf(made).image).endsWith(`:${String(imageTag)}`));
  });

  it("has no finding of the rules about containers at the first preview, built by this program or before", async () => {
    const rules = Object.values(all).filter(({ name }) => name.startsWith("ecs-"));
    assert.equal(rules.length, 6);
    const built = await make({}, true);
    assert.equal(built.all("awsx:ecr:Image").size, 1);
    assert.deepEqual(await findings(rules, built.resources), []);
    assert.deepEqual(await findings(rules, (await make({ imageUri }, true)).resources), []);
    // Without its repository, the tag of the built image may name anything.
    const others = built.resources.filter(({ type }) => type !== "aws:ecr/repository:Repository");
    const found = await findings(rules, others);
    assert.deepEqual(
      found.map(({ policy }) => policy),
      ["ecs-task-require-pinned-images"],
    );
  });

  it("takes an image that was built before, and pulls it from a registry of AWS only", async () => {
    const other = await make({ imageUri });
    assert.equal(containerOf(other).image, imageUri);
    assert.equal(other.all("aws:ecr/repository:Repository").size, 0);
    assert.equal(other.all("awsx:ecr:Image").size, 0);
    const sids = (some: unknown) => (some as { Sid: string }[]).map(({ Sid }) => Sid);
    assert.deepEqual(sids(policyOf(other, "execution")), ["WriteLogs"]);
    const own = await make({
      imageUri: `999999999999.dkr.ecr.us-east-1.amazonaws.com/team/consumer@sha256:${"b".repeat(64)}`,
    });
    const [, pull] = policyOf(own, "execution") as { Resource: string }[];
    assert.equal(pull?.Resource, "arn:aws:ecr:us-east-1:999999999999:repository/team/consumer");
  });

  it("deletes windows by their expiry, and never a lease", () => {
    const of = (name: string) => made.only("aws:dynamodb/table:Table", `stream-to-fargate-${name}`);
    assert.deepEqual(of("statistics").ttl, { attributeName: "expiresAt", enabled: true });
    assert.equal(of("leases").ttl, undefined);
    assert.equal(of("leases").hashKey, "shardId");
  });

  it("refuses a memory that Fargate does not offer, and fewer tasks at most than at least", () => {
    const values = { cpu: 256, memoryMegabytes: 512, leastTasks: 1, mostTasks: 1 };
    const check = (changes: object) => streamToFargate.check?.({ ...values, ...changes } as never);
    assert.equal(check({}), undefined);
    assert.deepEqual(check({ memoryMegabytes: 4096 }), {
      key: "memoryMegabytes",
      wrong: "is 4096, which Fargate does not offer with cpu 256",
      wanted: "512 to 2048",
    });
    assert.deepEqual(check({ leastTasks: 2 }), {
      key: "mostTasks",
      wrong: "is 1, less than leastTasks",
      wanted: "2 or more",
    });
  });
});
