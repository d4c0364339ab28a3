import { ApiGatewayV2Client, GetApiCommand, GetRoutesCommand } from "@aws-sdk/client-apigatewayv2";
import { DescribeStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import * as assert from "node:assert/strict";
import { createWorld, nextName, type World } from "./provisioning";

const region = "eu-central-1";
const account = "123456789012";

describe("Events, workflows and APIs on the emulator", () => {
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());
  beforeEach(() => {
    world.notHonoured.length = 0;
    world.calls.length = 0;
  });

  it("include buses with their own ARN", async () => {
    const name = nextName("bus");
    const inputs = { name, description: "Readings." };
    assert.deepEqual(await world.create("cloudwatch/eventBus:EventBus", inputs), {
      id: name,
      state: { ...inputs, arn: `arn:aws:events:${region}:${account}:event-bus/${name}` },
    });
    await assert.rejects(world.create("cloudwatch/eventBus:EventBus", { name: "no bus!" }), {
      message:
        /^aws:cloudwatch\/eventBus:EventBus resource could not be created .*Name is "no bus!"/s,
    });
  });

  it("include rules with a schedule, which do not run here", async () => {
    const inputs = { name: nextName("schedule"), scheduleExpression: "rate(1 minute)" };
    await world.create("cloudwatch/eventRule:EventRule", inputs);
    assert.deepEqual(world.notHonoured, [
      "Schedules do not run here: invoke the function of a scheduled rule yourself.",
    ]);
  });

  for (const [type, method, inputs, expected] of [
    [
      "cloudwatch/eventBusPolicy:EventBusPolicy",
      "eventBuses.setPolicy",
      { eventBusName: "bus", policy: "{}" },
      { id: "bus" },
    ],
    [
      "cloudwatch/eventRule:EventRule",
      "eventBuses.addRule",
      { name: "rule", eventPattern: "{}" },
      { id: "rule", arn: "arn:of:eventBuses.addRule" },
    ],
    [
      "cloudwatch/eventTarget:EventTarget",
      "eventBuses.addTarget",
      { rule: "rule", targetId: "handler", arn: "arn" },
      { id: "rule-handler" },
    ],
    [
      "cloudwatch/eventArchive:EventArchive",
      "eventBuses.addArchive",
      { name: "archive", eventSourceArn: "arn", retentionDays: 7 },
      { id: "archive", arn: "arn:of:eventBuses.addArchive" },
    ],
    [
      "pipes/pipe:Pipe",
      "pipes.add",
      { name: "pipe", source: "a" },
      { id: "pipe", arn: "arn:of:pipes.add" },
    ],
  ] as const)
    it(`leave ${type} to our own parts, with all its inputs`, async () => {
      const { id, ...made } = expected;
      assert.deepEqual(await world.create(type, inputs), { id, state: { ...inputs, ...made } });
      assert.deepEqual(world.calls, [[method, inputs]]);
    });

  const definition = JSON.stringify({ StartAt: "End", States: { End: { Type: "Succeed" } } });
  async function workflowRole(service: string): Promise<string> {
    const name = nextName("workflow-role");
    const statement = {
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
    };
    const { state } = await world.create("iam/role:Role", {
      name,
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    });
    return state.arn as string;
  }

  it("include workflows with an ARN, whose local limits are listed", async () => {
    const name = nextName("workflow");
    const roleArn = await workflowRole("states.amazonaws.com");
    const inputs = { name, type: "STANDARD", roleArn, definition };
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    assert.deepEqual(await world.create("sfn/stateMachine:StateMachine", inputs), {
      id: arn,
      state: { ...inputs, arn },
    });
    const made = await world.clients
      .get(SFNClient)
      .send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
    assert.deepEqual([made.definition, made.type, made.roleArn], [definition, "STANDARD", roleArn]);
    assert.deepEqual(
      world.notHonoured.map((sentence) => sentence.split(" ")[0]),
      ["Workflows"],
    );
    world.notHonoured.length = 0;
    const express = { ...inputs, name: nextName("workflow"), type: "EXPRESS" };
    await world.create("sfn/stateMachine:StateMachine", express);
    assert.match(world.notHonoured[1] ?? "", /^Express workflows run here as standard ones/);
  });

  it("include no workflows with a role that Step Functions may not assume, or of an unknown type", async () => {
    const inputs = { name: nextName("workflow"), type: "STANDARD", definition };
    const foreign = await workflowRole("lambda.amazonaws.com");
    await assert.rejects(
      world.create("sfn/stateMachine:StateMachine", { ...inputs, roleArn: foreign }),
      { message: /could not be created \(AccessDenied/ },
    );
    const roleArn = await workflowRole("states.amazonaws.com");
    await assert.rejects(
      world.create("sfn/stateMachine:StateMachine", { ...inputs, roleArn, type: "QUICK" }),
      { message: /type is "QUICK"/ },
    );
  });

  it("include APIs with a local address and AWS's ARNs", async () => {
    const name = nextName("api");
    const cors = {
      allowOrigins: ["https://example.com"],
      allowMethods: ["GET"],
      allowHeaders: ["authorization"],
      exposeHeaders: ["etag"],
      maxAge: 3600,
    };
    const inputs = { name, description: "Devices.", protocolType: "HTTP", corsConfiguration: cors };
    const { id, state } = await world.create("apigatewayv2/api:Api", inputs);
    assert.deepEqual(state, {
      ...inputs,
      apiEndpoint: `${world.clients.account.endpoint}/_aws/execute-api/${id}`,
      executionArn: `arn:aws:execute-api:${region}:${account}:${id}`,
      arn: `arn:aws:apigateway:${region}::/apis/${id}`,
    });
    const gateway = world.clients.get(ApiGatewayV2Client);
    const { CorsConfiguration } = await gateway.send(new GetApiCommand({ ApiId: id }));
    assert.deepEqual(CorsConfiguration, {
      AllowOrigins: cors.allowOrigins,
      AllowMethods: cors.allowMethods,
      AllowHeaders: cors.allowHeaders,
      ExposeHeaders: cors.exposeHeaders,
      MaxAge: 3600,
    });
    const authorizer = await world.create("apigatewayv2/authorizer:Authorizer", {
      apiId: id,
      name: "tokens",
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: "https://issuer.example.com", audiences: ["dashboards"] },
    });
    const integration = await world.create("apigatewayv2/integration:Integration", {
      apiId: id,
      integrationType: "AWS_PROXY",
      integrationUri: `arn:aws:lambda:${region}:${account}:function:reader`,
      payloadFormatVersion: "2.0",
    });
    await world.create("apigatewayv2/route:Route", {
      apiId: id,
      routeKey: "GET /devices",
      target: `integrations/${integration.id}`,
      authorizationType: "JWT",
      authorizerId: authorizer.id,
      authorizationScopes: ["devices/read"],
    });
    const { Items = [] } = await gateway.send(new GetRoutesCommand({ ApiId: id }));
    assert.deepEqual(
      Items.map(({ RouteKey, Target, AuthorizationType, AuthorizerId, AuthorizationScopes }) => [
        RouteKey,
        Target,
        AuthorizationType,
        AuthorizerId,
        AuthorizationScopes,
      ]),
      [["GET /devices", `integrations/${integration.id}`, "JWT", authorizer.id, ["devices/read"]]],
    );
    const stage = { apiId: id, name: "$default", autoDeploy: true };
    const made = await world.create("apigatewayv2/stage:Stage", stage);
    assert.deepEqual(made, { id: "$default", state: stage });
    assert.deepEqual(world.notHonoured, [
      "The emulator answers preflight requests of browsers itself, as API Gateway does; it does not invoke the function for them.",
      "APIs are neither throttled nor logged here, and count no metrics, nor do errors of their functions.",
    ]);
  });

  it("include no CORS configuration of an API whose routes refuse preflight requests, as on AWS", async () => {
    const gateway = world.clients.get(ApiGatewayV2Client);
    const corsAfter = async (...routes: [key: string, authorization: string][]) => {
      const { id: apiId } = await world.create("apigatewayv2/api:Api", {
        name: nextName("api"),
        protocolType: "HTTP",
        corsConfiguration: { allowOrigins: ["https://example.com"] },
      });
      for (const [routeKey, authorizationType] of routes)
        await world.create("apigatewayv2/route:Route", { apiId, routeKey, authorizationType });
      await world.create("apigatewayv2/stage:Stage", { apiId, name: "$default" });
      const { CorsConfiguration } = await gateway.send(new GetApiCommand({ ApiId: apiId }));
      return CorsConfiguration?.AllowOrigins;
    };
    const open: [string, string] = ["OPTIONS /{proxy+}", "NONE"];
    const kept = ["https://example.com"];
    assert.deepEqual(await corsAfter(["GET /devices", "AWS_IAM"]), kept);
    assert.deepEqual(await corsAfter(["$default", "NONE"]), kept);
    assert.deepEqual(await corsAfter(["$default", "AWS_IAM"], open), kept);
    assert.deepEqual(await corsAfter(["ANY /{proxy+}", "AWS_IAM"], open), kept);
    assert.equal(await corsAfter(["$default", "AWS_IAM"]), undefined);
    assert.equal(await corsAfter(["ANY /devices", "AWS_IAM"], open), undefined);
    assert.equal(await corsAfter(["OPTIONS /{proxy+}", "AWS_IAM"]), undefined);
  });

  it("are rejected where AWS rejects them", async () => {
    for (const [type, inputs, sentence] of [
      ["apigatewayv2/api:Api", { name: "a", protocolType: "SMTP" }, /ProtocolType is "SMTP"/],
      [
        "apigatewayv2/integration:Integration",
        { apiId: "a", integrationType: "TELEX", integrationUri: "arn" },
        /IntegrationType is "TELEX"/,
      ],
      [
        "apigatewayv2/route:Route",
        { apiId: "a", routeKey: "GET /", authorizationType: "MAYBE" },
        /AuthorizationType is "MAYBE"/,
      ],
    ] as const)
      await assert.rejects(world.create(type, inputs), { message: sentence });
  });
});
