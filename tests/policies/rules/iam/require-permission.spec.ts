import * as assert from "node:assert/strict";
import { requirePermission as rule } from "../../../../policies/rules/iam/require-permission";
import { said, type Given } from "../../../support/policy";
import { arn, changed, document, send, type Statement } from "../../given";
import { ingestRole, permissions, topicRule } from "./roles";

const orders: Given = { type: "aws:sqs/queue:Queue", name: "orders", inputs: { name: "orders" } };
const cannot = (by: string, place: string, why: string) =>
  `${by}: Does not have the permission that ${place} requires: ${why}.`;

describe(rule.name, () => {
  it("accepts a topic rule whose role may send", async () => {
    assert.deepEqual(await said(rule, ingestRole(), permissions(send()), topicRule, orders), []);
  });

  it("rejects one whose role may send elsewhere only", async () => {
    const elsewhere = permissions(send({ Resource: arn.queue("other") }));
    assert.deepEqual(await said(rule, ingestRole(), elsewhere, topicRule, orders), [
      cannot(
        "ingest-rule",
        "sqs[0].queueUrl",
        `role 'ingest-role' does not allow sqs:SendMessage on ${arn.queue("orders")}`,
      ),
    ]);
  });

  for (const [list, action, needed, resource] of [
    ["kineses", { streamName: "s" }, "kinesis:PutRecord", arn.stream("s")],
    ["sns", { targetArn: arn.topic("t") }, "sns:Publish", arn.topic("t")],
    [
      "dynamodbv2s",
      { putItem: { tableName: "t" } },
      "dynamodb:PutItem",
      "arn:aws:dynamodb:eu-central-1:123456789012:table/t",
    ],
    [
      "firehoses",
      { deliveryStreamName: "d" },
      "firehose:PutRecord",
      "arn:aws:firehose:eu-central-1:123456789012:deliverystream/d",
    ],
    [
      "stepFunctions",
      { stateMachineName: "m" },
      "states:StartExecution",
      "arn:aws:states:eu-central-1:123456789012:stateMachine:m",
    ],
  ] as const)
    it(`asks for ${needed} where a rule has ${list}`, async () => {
      const given: Given = {
        ...topicRule,
        inputs: { name: "ingest", [list]: [{ ...action, roleArn: arn.role("ingest") }] },
      };
      const may = permissions(send(), send({ Action: needed, Resource: resource }));
      assert.deepEqual(await said(rule, ingestRole(), may, given), []);
      const [found = ""] = await said(rule, ingestRole(), permissions(send()), given);
      assert.ok(found.endsWith(`does not allow ${needed} on ${resource}.`), found);
    });

  it("asks for sagemaker:StartPipelineExecution where a schedule starts a training", async () => {
    const pipeline = "arn:aws:sagemaker:eu-central-1:123456789012:pipeline/training";
    const trust = {
      Effect: "Allow",
      Principal: { Service: "scheduler.amazonaws.com" },
      Action: "sts:AssumeRole",
    };
    const role: Given = {
      type: "aws:iam/role:Role",
      name: "ingest-role",
      inputs: { name: "ingest", assumeRolePolicy: document(trust) },
    };
    const schedule: Given = {
      type: "aws:scheduler/schedule:Schedule",
      name: "weekly",
      inputs: { name: "weekly", target: { arn: pipeline, roleArn: arn.role("ingest") } },
    };
    const start = send({ Action: "sagemaker:StartPipelineExecution", Resource: pipeline });
    assert.deepEqual(await said(rule, role, permissions(start), schedule), []);
    const [found = ""] = await said(rule, role, permissions(send()), schedule);
    assert.ok(found.includes("does not allow sagemaker:StartPipelineExecution"), found);
  });

  describe("of a subscribed function", () => {
    const formatter: Given = {
      type: "aws:lambda/function:Function",
      name: "formatter",
      inputs: { name: "formatter", role: arn.role("formatter") },
    };
    const subscription: Given = {
      type: "aws:sns/topicSubscription:TopicSubscription",
      name: "subscription",
      inputs: { topic: arn.topic("t"), protocol: "lambda", endpoint: arn.function("formatter") },
    };
    const invocable = (sourceArn: string, principal = "sns.amazonaws.com"): Given => ({
      type: "aws:lambda/permission:Permission",
      name: "invocable",
      inputs: { action: "lambda:InvokeFunction", function: "formatter", principal, sourceArn },
    });
    /** Any document tells where the account is. */
    const somewhere = permissions(send());

    it("accepts one that lets SNS in for this topic", async () => {
      const given = [formatter, subscription, somewhere, invocable(arn.topic("t"))];
      assert.deepEqual(await said(rule, ...given), []);
    });

    it("rejects one that lets it in for another topic, or lets in another", async () => {
      for (const other of [
        invocable(arn.topic("u")),
        invocable(arn.topic("t"), "s3.amazonaws.com"),
        orders,
      ])
        assert.deepEqual(await said(rule, formatter, subscription, somewhere, other), [
          cannot(
            "subscription",
            "endpoint",
            `the policy of 'formatter' does not allow sns.amazonaws.com to perform lambda:InvokeFunction for ${arn.topic("t")}`,
          ),
        ]);
    });

    it("takes the account from any ARN, not from documents only", async () => {
      assert.equal(
        (await said(rule, formatter, subscription, invocable(arn.topic("u")))).length,
        1,
      );
    });
  });

  describe("of a pipe", () => {
    const bus = "arn:aws:events:eu-central-1:123456789012:event-bus/b";
    const pipe: Given = {
      type: "aws:pipes/pipe:Pipe",
      name: "pipe",
      inputs: {
        name: "p",
        roleArn: arn.role("ingest"),
        source: arn.queue("orders"),
        target: bus,
        targetParameters: { eventbridgeEventBusParameters: { source: "mine", detailType: "d" } },
      },
    };
    const eventBus: Given = {
      type: "aws:cloudwatch/eventBus:EventBus",
      name: "bus",
      inputs: { name: "b" },
    };
    const consume = send({
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    });
    const put = (source: string, detail = "d"): Statement =>
      send({
        Action: "events:PutEvents",
        Resource: bus,
        Condition: { StringEquals: { "events:source": source, "events:detail-type": detail } },
      });

    it("accepts a role that may put events of the pipe's own source", async () => {
      const given = [ingestRole(), permissions(consume, put("mine")), pipe, orders, eventBus];
      assert.deepEqual(await said(rule, ...given), []);
    });

    it("asks for the version or the alias of a function that is named, not for the function", async () => {
      const enriched = changed(pipe, { enrichment: `${arn.function("f")}:live` });
      const invoke = (resource: string) =>
        permissions(
          consume,
          put("mine"),
          send({ Sid: "Invoke", Action: "lambda:InvokeFunction", Resource: resource }),
        );
      const may = invoke(`${arn.function("f")}:live`);
      assert.deepEqual(await said(rule, ingestRole(), may, enriched, orders, eventBus), []);
      const mayNot = invoke(arn.function("f"));
      assert.deepEqual(await said(rule, ingestRole(), mayNot, enriched, orders, eventBus), [
        cannot(
          "pipe",
          "enrichment",
          `role 'ingest-role' does not allow lambda:InvokeFunction on ${arn.function("f")}:live`,
        ),
      ]);
    });

    it("rejects one that may put events of another, or of another type", async () => {
      for (const other of [put("theirs"), put("mine", "other")])
        assert.deepEqual(
          await said(rule, ingestRole(), permissions(consume, other), pipe, orders, eventBus),
          [
            cannot(
              "pipe",
              "target",
              `role 'ingest-role' does not allow events:PutEvents on ${bus}`,
            ),
          ],
        );
    });
  });

  it("asks for a workflow's tasks, and takes a state that errors lead to for a failure path", async () => {
    const machine = (Next: string): Given => ({
      type: "aws:sfn/stateMachine:StateMachine",
      name: "machine",
      inputs: {
        name: "m",
        roleArn: arn.role("ingest"),
        definition: JSON.stringify({
          States: {
            Do: {
              Type: "Task",
              Resource: "arn:aws:states:::lambda:invoke",
              Parameters: { FunctionName: arn.function("f") },
              Catch: [{ ErrorEquals: ["States.ALL"], Next }],
            },
            Aside: {
              Type: "Task",
              Resource: "arn:aws:states:::sqs:sendMessage",
              Parameters: {
                QueueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
              },
            },
          },
        }),
      },
    });
    const nothing = permissions(send({ Action: "sqs:PurgeQueue" }));
    const invoke = cannot(
      "machine",
      "definition.States.Do.Parameters.FunctionName",
      `role 'ingest-role' does not allow lambda:InvokeFunction on ${arn.function("f")}`,
    );
    const place = "definition.States.Aside.Parameters.QueueUrl";
    const setAside = cannot(
      "machine",
      place,
      `role 'ingest-role' does not allow sqs:SendMessage on ${arn.queue("orders")}`,
    );
    assert.deepEqual(await said(rule, ingestRole(), nothing, machine("Other"), orders), [
      invoke,
      setAside,
    ]);
    assert.deepEqual(await said(rule, ingestRole(), nothing, machine("Aside"), orders), [invoke]);
    const all = permissions(
      send(),
      send({ Sid: "All", Action: "lambda:InvokeFunction", Resource: "*" }),
    );
    assert.deepEqual(await said(rule, ingestRole(), all, machine("Other"), orders), []);
  });
});
