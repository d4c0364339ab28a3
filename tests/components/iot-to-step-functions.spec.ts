import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { IotToStepFunctions } from "../../components/iot-to-step-functions";
import { limitDuration } from "../../policies/rules/sfn/limit-duration";
import { faultsOf } from "../support/definition";
import { said } from "../support/policy";
import { stateDiagram } from "../support/state-diagram";
import { account, deploy, document, region, statements, type Made } from "../support/deploy";
import { administered, encryptFor, usedBy } from "./keys";
import {
  allow,
  arns,
  fromEventRule,
  queueUrl,
  integrated,
  trustedBy,
  trustedByService,
  writeLogs,
} from "./support";

const prefix = "iot-integrations-test-iot-to-step-functions";
const machine = `arn:aws:states:${region}:${account}:stateMachine:${prefix}-workflow`;
const task = (name: string): string => arns.function(`iot-to-step-functions-${name}`);

const retried = [
  {
    ErrorEquals: [
      "Lambda.ServiceException",
      "Lambda.AWSLambdaException",
      "Lambda.SdkClientException",
      "Lambda.TooManyRequestsException",
      "States.Timeout",
      "TransientError",
    ],
    IntervalSeconds: 1,
    MaxAttempts: 5,
    BackoffRate: 2,
    MaxDelaySeconds: 30,
    JitterStrategy: "FULL",
  },
];
const invoked = (name: string) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: task(name), "Payload.$": "$" },
  TimeoutSeconds: 30,
  Retry: retried,
  Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "SetAside" }],
});

describe("IotToStepFunctions", () => {
  let made: Made;
  let definition: { States: Record<string, Record<string, unknown>> } & Record<string, unknown>;
  before(async () => {
    made = await deploy(
      () =>
        new IotToStepFunctions("iot-to-step-functions", {
          ...integrated(),
          emails: ["night-shift@example.com"],
        }),
    );
    definition = document(made.only("aws:sfn/stateMachine:StateMachine").definition) as never;
  });

  const permissions = (role: string): unknown =>
    statements(made.only("aws:iam/rolePolicy:RolePolicy", `${role}-permissions`).policy);

  it("queues messages with the status warning or critical, unchanged", () => {
    const rule = made.only("aws:iot/topicRule:TopicRule");
    const roleArn = arns.role("iot-to-step-functions-rule-role");
    assert.equal(
      rule.sql,
      "SELECT regexp_replace(topic(2), '@[0-9]+$', '') AS deviceId, CASE regexp_matches(topic(2), '@[0-9]+$') WHEN true THEN cast(regexp_substr(topic(2), '[0-9]+$') AS Decimal) ELSE timestamp() END AS receivedAt, encode(*, 'base64') AS payload FROM 'devices/+/telemetry' WHERE status = 'critical' OR status = 'warning'",
    );
    assert.deepEqual(rule.sqs, [
      { queueUrl: queueUrl("iot-to-step-functions-queue"), useBase64: false, roleArn },
    ]);
    assert.deepEqual(rule.errorAction, {
      sqs: { queueUrl: queueUrl("iot-to-step-functions-failures"), useBase64: false, roleArn },
    });
    assert.deepEqual(
      statements(
        made.only("aws:iam/role:Role", "iot-to-step-functions-rule-role").assumeRolePolicy,
      ),
      trustedBy("iot_integrations_test_iot_to_step_functions_rule"),
    );
  });

  it("is a definition that the language's own schema accepts, with a timeout for the whole", () => {
    assert.equal(faultsOf(definition), "");
    assert.equal(definition.StartAt, "ProcessTelemetry");
    assert.equal(definition.TimeoutSeconds, 900);
    assert.deepEqual(Object.keys(definition.States), [
      "ProcessTelemetry",
      "CheckAnomalies",
      "SendAlert",
      "StoreData",
      "SetAside",
      "Failed",
    ]);
  });

  it("matches the diagram on its page", () => {
    const page = path.join(__dirname, "../../docs/integrations/iot-to-step-functions.md");
    const [, shown] = fs.readFileSync(page, "utf8").split("<!-- states -->\n\n```mermaid\n");
    const expected = stateDiagram(definition as never);
    assert.equal(shown?.split("\n```")[0], expected);
  });

  it("adds every result to the telemetry, and never replaces it", () => {
    const { ProcessTelemetry, SendAlert, StoreData } = definition.States;
    assert.deepEqual(ProcessTelemetry, {
      ...invoked("process-telemetry"),
      ResultSelector: {
        "anomalies.$": "$.Payload.anomalies",
        "hasAnomalies.$": "$.Payload.hasAnomalies",
      },
      ResultPath: "$.analysis",
      Next: "CheckAnomalies",
    });
    assert.deepEqual(SendAlert, {
      ...invoked("send-alert"),
      ResultSelector: { "messageId.$": "$.Payload.messageId" },
      ResultPath: "$.alert",
      Next: "StoreData",
    });
    assert.deepEqual(StoreData, {
      ...invoked("store-data"),
      ResultSelector: { "stored.$": "$.Payload.stored" },
      ResultPath: "$.result",
      End: true,
    });
  });

  it("checks that an analysis is present before its value", () => {
    assert.deepEqual(definition.States.CheckAnomalies, {
      Type: "Choice",
      Choices: [
        {
          And: [
            { Variable: "$.analysis.hasAnomalies", IsPresent: true },
            { Variable: "$.analysis.hasAnomalies", BooleanEquals: true },
          ],
          Next: "SendAlert",
        },
      ],
      Default: "StoreData",
    });
  });

  it("sends the original input and the error to the queue, then fails with its own error name", () => {
    const { SetAside, Failed } = definition.States;
    assert.deepEqual(SetAside?.Parameters, {
      QueueUrl: queueUrl("iot-to-step-functions-failures"),
      MessageBody: {
        "stateMachineArn.$": "$$.StateMachine.Id",
        "executionArn.$": "$$.Execution.Id",
        "input.$": "$$.Execution.Input",
        "error.$": "$.error",
      },
    });
    assert.equal(SetAside?.Next, "Failed");
    assert.deepEqual(Failed, {
      Type: "Fail",
      Error: "TelemetryNotProcessed",
      Cause: "The input and the error are in the failures queue.",
    });
  });

  it("sends only executions to the failures queue that did not send themselves", () => {
    const rule = made.only("aws:cloudwatch/eventRule:EventRule");
    assert.deepEqual(document(rule.eventPattern), {
      source: ["aws.states"],
      "detail-type": ["Step Functions Execution Status Change"],
      detail: {
        stateMachineArn: [machine],
        $or: [
          { status: ["TIMED_OUT", "ABORTED"] },
          { status: ["FAILED"], error: [{ "anything-but": ["TelemetryNotProcessed"] }] },
        ],
      },
    });
    assert.equal(rule.eventBusName, undefined);
    const target = made.only("aws:cloudwatch/eventTarget:EventTarget");
    assert.equal(target.arn, arns.queue("iot-to-step-functions-failures"));
    assert.deepEqual(target.deadLetterConfig, {
      arn: arns.queue("iot-to-step-functions-undelivered"),
    });
    for (const queue of ["iot-to-step-functions-failures", "iot-to-step-functions-undelivered"]) {
      const admitted = statements(made.only("aws:sqs/queue:Queue", queue).policy) as object[];
      assert.deepEqual(admitted[1], fromEventRule(queue, `${prefix}-failed-executions`));
    }
  });

  it("alarms on every way in which the event rule fails, by the dimensions of the default bus", () => {
    const watched = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").values()]
      .filter(({ namespace }) => namespace === "AWS/Events")
      .map(({ metricName, dimensions }) => [metricName, dimensions]);
    assert.deepEqual(
      watched,
      ["FailedInvocations", "InvocationsFailedToBeSentToDlq", "ThrottledRules"].map((metric) => [
        metric,
        { RuleName: `${prefix}-failed-executions` },
      ]),
    );
  });

  it("keeps processed readings per device, time and content", () => {
    const table = made.only("aws:dynamodb/table:Table", "iot-to-step-functions-processed");
    assert.deepEqual([table.hashKey, table.rangeKey], ["deviceId", "readingKey"]);
    assert.deepEqual(table.attributes, [
      { name: "deviceId", type: "S" },
      { name: "readingKey", type: "S" },
    ]);
  });

  it("alarms when the queue is not processed", () => {
    const { metricName, dimensions, threshold } = made.only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "iot-to-step-functions-backlog",
    );
    assert.deepEqual(
      { metricName, dimensions, threshold },
      {
        metricName: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: `${prefix}-queue` },
        threshold: 900,
      },
    );
  });

  it("lets the workflow invoke its tasks, set aside, log and trace, for this workflow only", () => {
    assert.deepEqual(permissions("iot-to-step-functions-workflow-role"), [
      allow("InvokeTasks", "lambda:InvokeFunction", [
        task("process-telemetry"),
        task("send-alert"),
        task("store-data"),
      ]),
      allow("SetAside", "sqs:SendMessage", arns.queue("iot-to-step-functions-failures")),
      allow(
        "DeliverLogs",
        [
          "logs:CreateLogDelivery",
          "logs:GetLogDelivery",
          "logs:UpdateLogDelivery",
          "logs:DeleteLogDelivery",
          "logs:ListLogDeliveries",
          "logs:PutResourcePolicy",
          "logs:DescribeResourcePolicies",
          "logs:DescribeLogGroups",
        ],
        "*",
      ),
      allow(
        "Trace",
        [
          "xray:PutTraceSegments",
          "xray:PutTelemetryRecords",
          "xray:GetSamplingRules",
          "xray:GetSamplingTargets",
        ],
        "*",
      ),
    ]);
    assert.deepEqual(
      statements(
        made.only("aws:iam/role:Role", "iot-to-step-functions-workflow-role").assumeRolePolicy,
      ),
      trustedByService("states.amazonaws.com", machine),
    );
  });

  it("grants each callback what it needs and nothing else", () => {
    const of = (name: string) => permissions(`iot-to-step-functions-${name}-role`);
    const logs = (name: string) => writeLogs(`iot-to-step-functions-${name}`);
    assert.deepEqual(of("starter"), [
      logs("starter"),
      allow(
        "ConsumeQueue",
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        arns.queue("iot-to-step-functions-queue"),
      ),
      allow("StartExecution", "states:StartExecution", machine),
      allow(
        "DecideByGate",
        ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
        arns.table("iot-to-step-functions-gate"),
      ),
      allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
    ]);
    assert.deepEqual(of("process-telemetry"), [logs("process-telemetry")]);
    assert.deepEqual(of("send-alert"), [
      logs("send-alert"),
      allow("PublishToTopic", "sns:Publish", arns.topic("iot-to-step-functions-alerts")),
      encryptFor("iot-to-step-functions-alerts"),
    ]);
    assert.deepEqual(
      statements(made.only("aws:kms/key:Key", "iot-to-step-functions-alerts-key").policy),
      [administered, usedBy("iot-to-step-functions-send-alert-role")],
    );
    assert.deepEqual(of("store-data"), [
      logs("store-data"),
      allow("StoreProcessed", "dynamodb:PutItem", arns.table("iot-to-step-functions-processed")),
    ]);
  });

  it("logs failures without the data of devices, traces, and alarms on every way to fail", () => {
    const workflow = made.only("aws:sfn/stateMachine:StateMachine");
    assert.equal(workflow.type, "STANDARD");
    assert.deepEqual(workflow.loggingConfiguration, {
      level: "ERROR",
      includeExecutionData: false,
      logDestination: `arn:aws:logs:${region}:${account}:log-group:/aws/vendedlogs/states/${prefix}-workflow:*`,
    });
    assert.deepEqual(workflow.tracingConfiguration, { enabled: true });
    const watched = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").values()]
      .filter(({ namespace }) => namespace === "AWS/States")
      .map(({ metricName, dimensions }) => [metricName, dimensions]);
    assert.deepEqual(
      watched,
      ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted", "ExecutionThrottled"].map(
        (metric) => [metric, { StateMachineArn: machine }],
      ),
    );
  });

  it("lets SNS send dead letters only if the alerts have recipients", async () => {
    const quiet = await deploy(
      () => new IotToStepFunctions("iot-to-step-functions", { ...integrated(), emails: [] }),
    );
    const sidsOf = (deployed: Made): string[] => {
      const failures = deployed.only("aws:sqs/queue:Queue", "iot-to-step-functions-failures");
      return (statements(failures.policy) as { Sid: string }[]).map(({ Sid }) => Sid);
    };
    assert.deepEqual(sidsOf(made), ["DenyPlainText", "SendFromEventRule", "SendFromTopic"]);
    assert.deepEqual(sidsOf(quiet), ["DenyPlainText", "SendFromEventRule"]);
  });

  it("reaches the failures queue before its timeout, even if every task times out at each attempt", async () => {
    const workflow = (changes: object) => ({
      type: "aws:sfn/stateMachine:StateMachine",
      inputs: { definition: JSON.stringify({ ...definition, ...changes }) },
    });
    assert.deepEqual(await said(limitDuration, workflow({})), []);
    const [sentence] = await said(limitDuration, workflow({ TimeoutSeconds: 844 }));
    assert.match(String(sentence), /^it: Can take 844 s, and TimeoutSeconds ends an execution/);
  });

  it("starts few executions at once, and waits for an hour of throttling", () => {
    const { redrivePolicy, visibilityTimeoutSeconds } = made.only(
      "aws:sqs/queue:Queue",
      "iot-to-step-functions-queue",
    );
    assert.deepEqual(document(redrivePolicy), {
      deadLetterTargetArn: arns.queue("iot-to-step-functions-failures"),
      maxReceiveCount: 20,
    });
    assert.equal(20 * Number(visibilityTimeoutSeconds), 3600);
    const { batchSize, scalingConfig } = made.only(
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "iot-to-step-functions-starter-mapping",
    );
    assert.deepEqual(
      { batchSize, scalingConfig },
      { batchSize: 10, scalingConfig: { maximumConcurrency: 2 } },
    );
  });

  it("passes the limits of the definition to ProcessTelemetry, overridden by those of the stack", async () => {
    for (const [limits, expected] of [
      [undefined, { temperature: 80 }],
      [{ temperature: 85.5 }, { temperature: 85.5 }],
    ] as const) {
      const { only } = await deploy(
        () =>
          new IotToStepFunctions("iot-to-step-functions", { ...integrated(), emails: [], limits }),
      );
      const analyst = only(
        "aws:lambda/function:Function",
        "iot-to-step-functions-process-telemetry",
      );
      const { variables } = analyst.environment as { variables: Record<string, string> };
      assert.deepEqual(document(variables.LIMITS), expected);
    }
  });

  it("rejects limits of fields that have none, in one sentence", () =>
    assert.rejects(
      deploy(
        () =>
          new IotToStepFunctions("iot-to-step-functions", {
            ...integrated(),
            emails: [],
            limits: { humidity: 5 },
          }),
      ),
      {
        message:
          "iot-to-step-functions: limits names humidity; it must be a map of fields that have a limit in reading/fields.ts (temperature) to numbers.",
      },
    ));
});
