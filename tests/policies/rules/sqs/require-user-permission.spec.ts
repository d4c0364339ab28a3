import * as assert from "node:assert/strict";
import { requireUserPermission as rule } from "../../../../policies/rules/sqs/require-user-permission";
import { said, unknown, type Given } from "../../../support/policy";
import { arn } from "../../given";

const queue: Given = {
  type: "aws:sqs/queue:Queue",
  name: "failures",
  inputs: { name: "failures" },
};
const role: Given = {
  ...{ type: "aws:iam/role:Role", name: "role" },
  inputs: { name: "role", assumeRolePolicy: "{}" },
};
const may = (...statements: object[]): Given => ({
  ...{ type: "aws:iam/rolePolicy:RolePolicy", name: "permissions" },
  inputs: {
    role: "role",
    policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
  },
});
const allow = (Action: string, Resource: string) => ({ Effect: "Allow", Action, Resource });
const user = (variables: Record<string, string>): Given => ({
  ...{ type: "aws:lambda/function:Function", name: "sender" },
  inputs: { name: "sender", role: arn.role("role"), environment: { variables } },
  madeFrom: { environment: ["failures"] },
});
const url = "https://sqs.eu-central-1.amazonaws.com/123456789012/failures";
const refused = [
  `sender: Has the URL of queue 'failures', and cannot use it: role 'role' does not allow sqs:SendMessage on ${arn.queue("failures")}.`,
];

describe(rule.name, () => {
  it("accepts a function that may send to its queue, or read from it", async () => {
    for (const action of [
      "sqs:SendMessage",
      "sqs:ReceiveMessage",
      "sqs:GetQueueAttributes",
      "sqs:*",
    ])
      for (const given of [url, unknown])
        assert.deepEqual(
          await said(rule, queue, role, may(allow(action, arn.queue("failures"))), user({ given })),
          [],
        );
  });

  it("rejects one whose role allows neither, whether the URL is known or not", async () => {
    for (const permissions of [
      may(allow("sqs:SendMessage", arn.queue("other"))),
      may(allow("sqs:ListQueues", arn.queue("failures"))),
      may(allow("sqs:SendMessage", "*"), {
        ...allow("sqs:*", arn.queue("failures")),
        Effect: "Deny",
      }),
    ])
      for (const given of [url, unknown]) {
        const found = await said(rule, queue, role, permissions, user({ given }));
        assert.equal(found.length, 1, String(found));
        assert.match(
          found[0] ?? "",
          /^sender: Has the URL of queue 'failures', and cannot use it: /,
        );
      }
    const other = may(allow("sqs:SendMessage", arn.queue("other")));
    assert.deepEqual(await said(rule, queue, role, other, user({ given: url })), refused);
  });

  it("judges a task by the role of its containers, not by that of Amazon ECS", async () => {
    const task: Given = {
      ...{ type: "aws:ecs/taskDefinition:TaskDefinition", name: "task" },
      inputs: {
        ...{ family: "task", executionRoleArn: arn.role("other"), taskRoleArn: arn.role("role") },
        containerDefinitions: JSON.stringify([
          { environment: [{ name: "QUEUE_URL", value: url }] },
        ]),
      },
      madeFrom: { containerDefinitions: ["failures"] },
    };
    const sending = may(allow("sqs:SendMessage", arn.queue("failures")));
    assert.deepEqual(await said(rule, queue, role, sending, task), []);
    const refusing = may(allow("sqs:SendMessage", arn.queue("other")));
    assert.deepEqual(await said(rule, queue, role, refusing, task), [
      refused[0]?.replace("sender:", "task:"),
    ]);
  });

  it("accepts a function without a queue in its environment, and one whose role is of another stack", async () => {
    const permissions = may(allow("logs:PutLogEvents", "*"));
    const without = { ...user({ NAME: "failures" }), madeFrom: {} };
    assert.deepEqual(await said(rule, queue, role, permissions, without), []);
    assert.deepEqual(await said(rule, queue, user({ given: url })), []);
    const other = may(allow("sqs:SendMessage", arn.queue("other")));
    assert.deepEqual(await said(rule, queue, other, user({ given: url })), []);
  });

  it("accepts a function whose queue Pulumi names", async () => {
    const permissions = may(allow("sqs:SendMessage", arn.queue("other")));
    const unnamed = { ...queue, inputs: {} };
    assert.deepEqual(await said(rule, unnamed, role, permissions, user({ given: unknown })), []);
  });

  it("accepts a role whose policy is not known yet", async () => {
    const permissions = may();
    permissions.inputs.policy = unknown;
    const found = await said(rule, queue, role, permissions, user({ given: url }));
    assert.ok(
      found.every((line) => !line.includes("cannot use it")),
      String(found),
    );
  });
});
