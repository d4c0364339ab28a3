import {
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from "@aws-sdk/client-lambda";
import { asset } from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { createWorld, nextName, type World } from "../provisioning";

describe("Functions on the emulator", () => {
  let world: World;
  let role: string;
  /** A function that does nothing, for what only has to be attached to one. */
  let functionName: string;
  before(async () => {
    world = await createWorld();
    role = await createRole();
    functionName = await create();
  });
  after(() => world.end());
  beforeEach(() => {
    world.notHonoured.length = 0;
    world.calls.length = 0;
  });

  const drain = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
  const createRole = async (): Promise<string> => {
    const made = await world.create("iam/role:Role", {
      name: nextName("role"),
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "lambda.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        ],
      }),
    });
    return made.state.arn as string;
  };
  const allow = async (roleArn: string, Resource: string, ...Action: string[]): Promise<void> => {
    await world.create("iam/rolePolicy:RolePolicy", {
      name: "permissions",
      role: roleArn.split("/").pop(),
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action, Resource }],
      }),
    });
  };

  const create = async (inputs: object = {}): Promise<string> => {
    const name = nextName("function");
    const text = "exports.handler = async () => process.env;";
    await world.create("lambda/function:Function", {
      name,
      code: new asset.AssetArchive({ "__index.js": new asset.StringAsset(text) }),
      handler: "__index.handler",
      role,
      runtime: "nodejs24.x",
      ...inputs,
    });
    return name;
  };
  const environmentOf = async (FunctionName: string) => {
    const { Payload } = await world.clients
      .get(LambdaClient)
      .send(new InvokeCommand({ FunctionName }));
    return JSON.parse(Payload?.transformToString() ?? "{}") as Record<string, string>;
  };

  it("have every setting, and run the program's archive", async () => {
    const name = await create({
      description: "Demonstrates.",
      architectures: ["arm64"],
      timeout: 30,
      memorySize: 256,
      environment: { variables: { TABLE: "state" } },
      loggingConfig: { logFormat: "Text", logGroup: "/aws/lambda/demo" },
    });
    const made = await world.clients
      .get(LambdaClient)
      .send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    assert.deepEqual(
      [made.Description, made.Role, made.Timeout, made.MemorySize, made.Runtime, made.Handler],
      ["Demonstrates.", role, 30, 256, "nodejs24.x", "__index.handler"],
    );
    assert.deepEqual(made.Environment?.Variables, {
      TABLE: "state",
      AWS_ENDPOINT_URL_FIREHOSE: "http://127.0.0.1:8444",
    });
    assert.equal((await environmentOf(name)).TABLE, "state");
  });

  it("report the processor if it is not this machine's", async () => {
    const [own, other] = process.arch === "arm64" ? ["arm64", "x86_64"] : ["x86_64", "arm64"];
    await create({ architectures: [own] });
    assert.deepEqual(world.notHonoured, []);
    await create({ architectures: [other] });
    assert.deepEqual(world.notHonoured, [
      `Functions run on this machine's processor, ${own}, not on ${other}.`,
    ]);
  });

  it("receive this machine's endpoint for messages to devices, if the program gives them one", async () => {
    const name = await create({
      environment: {
        variables: { AWS_ENDPOINT_URL_IOT_DATA_PLANE: "https://local-ats.iot.amazonaws.com" },
      },
    });
    assert.equal(
      (await environmentOf(name)).AWS_ENDPOINT_URL_IOT_DATA_PLANE,
      "https://127.0.0.1:8443",
    );
    assert.equal((await environmentOf(await create())).AWS_ENDPOINT_URL_IOT_DATA_PLANE, undefined);
  });

  it("are connected to a queue by the emulator, in batches that may fail in part", async () => {
    const queue = await world.create("sqs/queue:Queue", { name: nextName("queue") });
    await allow(role, queue.state.arn as string, ...drain);
    const inputs = {
      eventSourceArn: queue.state.arn,
      functionName,
      batchSize: 5,
      maximumBatchingWindowInSeconds: 0,
      functionResponseTypes: ["ReportBatchItemFailures"],
      filterCriteria: { filters: [{ pattern: '{"body":{"status":["ok"]}}' }] },
      scalingConfig: { maximumConcurrency: 2 },
    };
    world.notHonoured.length = 0;
    const made = await world.create("lambda/eventSourceMapping:EventSourceMapping", inputs);
    const { EventSourceMappings = [] } = await world.clients
      .get(LambdaClient)
      .send(new ListEventSourceMappingsCommand({ FunctionName: functionName }));
    assert.deepEqual(
      EventSourceMappings.map((one) => [one.UUID, one.EventSourceArn, one.BatchSize]),
      [[made.id, queue.state.arn, 5]],
    );
    assert.deepEqual(EventSourceMappings[0]?.FunctionResponseTypes, ["ReportBatchItemFailures"]);
    assert.deepEqual(EventSourceMappings[0]?.FilterCriteria, {
      Filters: [{ Pattern: '{"body":{"status":["ok"]}}' }],
    });
    assert.deepEqual(EventSourceMappings[0]?.ScalingConfig, { MaximumConcurrency: 2 });
    assert.equal(made.state.uuid, made.id);
    assert.deepEqual([world.calls, world.notHonoured], [[], []]);
  });

  it("are connected to a queue only if their role may drain it", async () => {
    const queue = await world.create("sqs/queue:Queue", { name: nextName("queue") });
    const eventSourceArn = queue.state.arn as string;
    for (const missing of drain) {
      const lacking = await createRole();
      await allow(lacking, eventSourceArn, ...drain.filter((action) => action !== missing));
      const inputs = { eventSourceArn, functionName: await create({ role: lacking }) };
      for (const window of [{}, { batchSize: 100, maximumBatchingWindowInSeconds: 1 }])
        await assert.rejects(
          world.create("lambda/eventSourceMapping:EventSourceMapping", { ...inputs, ...window }),
          new RegExp(`AccessDenied.*${missing}`, "s"),
        );
    }
  });

  it("are connected to a queue by our mapping if it has a window, with the given batch size", async () => {
    const queue = await world.create("sqs/queue:Queue", { name: nextName("queue") });
    await allow(role, queue.state.arn as string, ...drain);
    const inputs = {
      eventSourceArn: queue.state.arn,
      functionName,
      batchSize: 100,
      maximumBatchingWindowInSeconds: 1,
    };
    const made = await world.create("lambda/eventSourceMapping:EventSourceMapping", inputs);
    assert.deepEqual(
      [world.calls, world.notHonoured],
      [[["eventSourceMappings.addQueue", inputs]], []],
    );
    assert.deepEqual(made, {
      id: "id-of-eventSourceMappings.addQueue",
      state: { ...inputs, uuid: "id-of-eventSourceMappings.addQueue" },
    });
  });

  it("are connected to a stream by our mapping, which retries and sets records aside as AWS does", async () => {
    const inputs = {
      eventSourceArn: "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry",
      functionName: "writer",
      startingPosition: "LATEST",
      bisectBatchOnFunctionError: true,
    };
    const made = await world.create("lambda/eventSourceMapping:EventSourceMapping", inputs);
    assert.deepEqual(world.calls, [["eventSourceMappings.addStream", inputs]]);
    assert.deepEqual(made, {
      id: "id-of-eventSourceMappings.addStream",
      state: { ...inputs, uuid: "id-of-eventSourceMappings.addStream" },
    });
  });

  it("may be invoked by permitted services, for one resource of one account", async () => {
    const sourceArn = "arn:aws:sns:eu-central-1:123456789012:critical";
    const made = await world.create(
      "lambda/permission:Permission",
      {
        action: "lambda:InvokeFunction",
        function: functionName,
        principal: "sns.amazonaws.com",
        sourceArn,
        sourceAccount: "123456789012",
      },
      "formatter/invocable!",
    );
    assert.equal(made.id, "formatter-invocable-");
    const { Policy } = await world.clients
      .get(LambdaClient)
      .send(new GetPolicyCommand({ FunctionName: functionName }));
    const { Statement } = JSON.parse(Policy ?? "{}") as {
      Statement: { Sid: string; Principal: unknown; Condition: unknown }[];
    };
    assert.equal(Statement.length, 1);
    assert.equal(Statement[0]?.Sid, "formatter-invocable-");
    assert.deepEqual(Statement[0]?.Principal, { Service: "sns.amazonaws.com" });
    assert.match(JSON.stringify(Statement[0]?.Condition), new RegExp(`"${sourceArn}"`));
  });

  it("keep events that they fail to process", async () => {
    const destination = "arn:aws:sqs:eu-central-1:123456789012:failures";
    await world.create("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", {
      functionName,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 21_600,
      destinationConfig: { onFailure: { destination } },
    });
    const config = await world.clients
      .get(LambdaClient)
      .send(new GetFunctionEventInvokeConfigCommand({ FunctionName: functionName }));
    assert.equal(config.MaximumRetryAttempts, 2);
    assert.equal(config.MaximumEventAgeInSeconds, 21_600);
    assert.equal(config.DestinationConfig?.OnFailure?.Destination, destination);
  });

  it("need no destination", async () => {
    await world.create("lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", {
      functionName,
      maximumRetryAttempts: 0,
    });
    const config = await world.clients
      .get(LambdaClient)
      .send(new GetFunctionEventInvokeConfigCommand({ FunctionName: functionName }));
    assert.equal(config.MaximumRetryAttempts, 0);
    assert.ok(!config.DestinationConfig?.OnFailure?.Destination);
  });
});
