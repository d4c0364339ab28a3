import * as assert from "node:assert/strict";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { disconnected } from "./devices";
import { createWorld, nextName, trustIot, type World } from "./world";

const logGroupName = "AWSIotLogsV2";

const trustAnyOfAccount = {
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Principal: { Service: "iot.amazonaws.com" },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": "123456789012" },
      ArnLike: { "aws:SourceArn": "arn:aws:iot:eu-central-1:123456789012:*" },
    },
  },
};

describe("logging", () => {
  let world: World;
  let roleArn: string;
  let logs: CloudWatchLogsClient;

  beforeEach(async () => {
    world = await createWorld();
    logs = world.clients.get(CloudWatchLogsClient);
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    roleArn = await world.role(
      ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"].map((Action) => ({
        Action,
        Resource: `arn:aws:logs:eu-central-1:123456789012:log-group:${logGroupName}:log-stream:*`,
      })),
      trustAnyOfAccount,
    );
  });
  afterEach(async () => {
    await world.end();
    await logs.send(new DeleteLogGroupCommand({ logGroupName })).catch(() => undefined);
  });

  async function logged(): Promise<Record<string, unknown>[]> {
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName: "local" }),
    );
    return events.map(({ message = "" }) => JSON.parse(message) as Record<string, unknown>);
  }

  async function failingRule(): Promise<string> {
    const name = nextName("rule");
    const powerless = await world.role([]);
    const queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/nothing";
    await world.iot.addRule({
      name,
      enabled: true,
      sql: "SELECT *, 1 AS one FROM 'logged'",
      sqlVersion: "2016-03-23",
      sqs: [{ queueUrl, roleArn: powerless, useBase64: false }],
    });
    return name;
  }

  it("writes errors of rules, of actions and of devices, in the order they happened", async () => {
    await world.iot.setLogging({ defaultLogLevel: "ERROR", roleArn });
    const ruleName = await failingRule();
    await world.publish("logged", "no JSON");
    await world.publish("logged", { a: 1 });
    const ended = disconnected(world.device);
    world.device.publish("a", "1", { qos: 2 });
    await ended;
    await world.iot.idle();
    const common = { logLevel: "ERROR", accountId: "123456789012", status: "Failure" };
    const entries = await logged();
    assert.deepEqual(
      entries.map(({ logLevel, accountId, status, ...rest }) => {
        for (const changing of ["timestamp", "details", "traceId"]) delete rest[changing];
        return { logLevel, accountId, status, ...rest };
      }),
      [
        { ...common, eventType: "RuleExecution", ruleName, topicName: "logged" },
        { ...common, eventType: "RuleExecution", ruleName, ruleAction: "sqs" },
        {
          ...common,
          eventType: "Publish-In",
          protocol: "MQTT",
          clientId: "sensor-1",
          resource: "a",
        },
      ],
    );
    assert.deepEqual(
      entries.slice(0, 2).map(({ traceId }) => traceId),
      world.traced.flatMap((event) =>
        event.kind === "rule-failed" || event.kind === "action-failed" ? [event.traceId] : [],
      ),
    );
    assert.equal(entries[2]?.["details"], "AWS IoT Core has no QoS 2; use 0 or 1.");
  });

  it("writes nothing when it is disabled", async () => {
    await world.iot.setLogging({ defaultLogLevel: "ERROR", roleArn, disableAllLogs: true });
    await failingRule();
    await world.publish("logged", { a: 1 });
    await assert.rejects(logged(), { name: "ResourceNotFoundException" });
  });

  it("creates its log group, if its role may", async () => {
    await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    const group = `arn:aws:logs:eu-central-1:123456789012:log-group:${logGroupName}`;
    const create = { Action: "logs:CreateLogGroup", Resource: group };
    const write = ["logs:CreateLogStream", "logs:PutLogEvents"].map((Action) => ({
      Action,
      Resource: `${group}:log-stream:*`,
    }));
    await failingRule();
    const writesOnly = await world.role(write, trustAnyOfAccount);
    await world.iot.setLogging({ defaultLogLevel: "ERROR", roleArn: writesOnly });
    await world.publish("logged", { a: 1 });
    const warning = world.traced.at(-1);
    assert.match(
      warning?.kind === "warning" ? warning.message : "",
      /^1 events of AWS IoT are not in AWSIotLogsV2: AccessDenied.*logs:CreateLogGroup/,
    );
    await assert.rejects(logged(), { name: "ResourceNotFoundException" });

    const creates = await world.role([create, ...write], trustAnyOfAccount);
    await world.iot.setLogging({ defaultLogLevel: "ERROR", roleArn: creates });
    await world.publish("logged", { a: 1 });
    assert.equal((await logged()).length, 1);
  });

  it("writes once when it is set twice", async () => {
    await world.iot.setLogging({ defaultLogLevel: "ERROR", roleArn });
    await world.iot.setLogging({ defaultLogLevel: "ERROR", roleArn });
    await failingRule();
    await world.publish("logged", { a: 1 });
    assert.equal((await logged()).length, 1);
  });

  it("reports that other levels log errors only", async () => {
    await world.iot.setLogging({ defaultLogLevel: "DEBUG", roleArn });
    assert.deepEqual(world.traced, [
      {
        kind: "warning",
        part: "iot-core",
        message: "Log level DEBUG writes no more than ERROR does on this machine.",
      },
    ]);
  });

  it("reports that its role may not write the log", async () => {
    const powerless = await world.role([], trustAnyOfAccount);
    await world.iot.setLogging({ defaultLogLevel: "ERROR", roleArn: powerless });
    await failingRule();
    await world.publish("logged", { a: 1 });
    const warning = world.traced.at(-1);
    assert.match(
      warning?.kind === "warning" ? warning.message : "",
      /^1 events of AWS IoT are not in AWSIotLogsV2: AccessDenied/,
    );
  });

  it("is refused if its role does not trust AWS IoT for it", async () => {
    const wrong = await world.role([], trustIot("some_rule"));
    await assert.rejects(world.iot.setLogging({ defaultLogLevel: "ERROR", roleArn: wrong }), {
      name: "AccessDenied",
    });
  });
});
