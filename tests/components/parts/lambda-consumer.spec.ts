import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { LambdaConsumer, type LambdaConsumerArgs } from "../../../components/parts/lambda-consumer";
import { arn } from "../../../components/parts/names";
import { allow as permit } from "../../../components/parts/policy-document";
import type { Consumer, Source } from "../../../components/parts/sources/source";
import { deploy, statements } from "../../support/deploy";
import { allow, arns, shared } from "../support";
import { dependenciesOf } from "./dependencies";

const lambdaFunction = "aws:lambda/function:Function";

/** A consumer of a source that only notes whom it connects. */
async function deployed(args: Partial<LambdaConsumerArgs<string, number>> = {}) {
  const connected: Consumer[] = [];
  const made = await deploy(() => {
    const source: Source<string, number> = {
      statements: [permit("Read", "sqs:ReceiveMessage", arn.queue("source"))],
      connect: (consumer) => void connected.push(consumer),
    };
    const consumer = new LambdaConsumer("demo", {
      description: "Demonstrates.",
      source,
      callbackFactory: () => async (event) => event.length,
      environment: { TABLE: pulumi.output("state") },
      statements: [permit("Write", "dynamodb:PutItem", arn.table("state"))],
      alarms: shared().alarms,
      ...args,
    });
    return { arn: consumer.arn, connected: connected[0]?.functionArn };
  });
  return { made, connected };
}

describe("LambdaConsumer", () => {
  it("pins the function's runtime, and keeps its log for 30 days", async () => {
    const { made } = await deployed();
    const { code, ...settings } = made.only(lambdaFunction);
    assert.ok(code);
    assert.deepEqual(settings, {
      name: "iot-integrations-test-demo",
      description: "Demonstrates.",
      role: arns.role("demo-role"),
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "__index.handler",
      timeout: 30,
      memorySize: 256,
      environment: { variables: { TABLE: "state" } },
      loggingConfig: { logFormat: "Text", logGroup: "/aws/lambda/iot-integrations-test-demo" },
    });
    assert.deepEqual(made.only("aws:cloudwatch/logGroup:LogGroup"), {
      name: "/aws/lambda/iot-integrations-test-demo",
      retentionInDays: 30,
    });
    assert.deepEqual(dependenciesOf(made, lambdaFunction), ["demo-logs", "demo-role-permissions"]);
  });

  it("uses the given timeout, memory and retention", async () => {
    const { made } = await deployed({
      timeoutSeconds: 60,
      memoryMegabytes: 512,
      logRetentionDays: 7,
    });
    const { timeout, memorySize } = made.only(lambdaFunction);
    assert.deepEqual([timeout, memorySize], [60, 512]);
    assert.equal(made.only("aws:cloudwatch/logGroup:LogGroup").retentionInDays, 7);
  });

  it("lets the function log, read its source and use its own statements, and nothing else", async () => {
    const { made } = await deployed();
    assert.deepEqual(statements(made.only("aws:iam/rolePolicy:RolePolicy").policy), [
      allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], arns.logs("demo")),
      allow("Read", "sqs:ReceiveMessage", "arn:aws:sqs:eu-central-1:123456789012:source"),
      allow("Write", "dynamodb:PutItem", "arn:aws:dynamodb:eu-central-1:123456789012:table/state"),
    ]);
    assert.deepEqual(statements(made.only("aws:iam/role:Role").assumeRolePolicy), [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("connects its source once, to the function that exists by then", async () => {
    const { made, connected } = await deployed({ timeoutSeconds: 45 });
    assert.equal(connected.length, 1);
    const { name, functionName, timeoutSeconds, dependsOn } = connected[0] as Consumer;
    assert.deepEqual(
      [name, functionName, timeoutSeconds, dependsOn.length],
      ["demo", "iot-integrations-test-demo", 45, 1],
    );
    assert.deepEqual(made.outputs, {
      arn: arns.function("demo"),
      connected: arns.function("demo"),
    });
  });

  it("has alarms on errors and throttles of this function", async () => {
    const { made } = await deployed();
    const alarms = made.all("aws:cloudwatch/metricAlarm:MetricAlarm");
    assert.deepEqual(
      [...alarms].map(([name, { metricName, dimensions }]) => [name, metricName, dimensions]),
      [
        ["demo-errors", "Errors", { FunctionName: "iot-integrations-test-demo" }],
        ["demo-throttles", "Throttles", { FunctionName: "iot-integrations-test-demo" }],
      ],
    );
    assert.equal(
      alarms.get("demo-errors")?.alarmDescription,
      "Errors of function iot-integrations-test-demo: invocations failed, and their events take the failure path of their source. Read log group /aws/lambda/iot-integrations-test-demo for the cause.",
    );
  });
});
