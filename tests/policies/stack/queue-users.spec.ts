import * as assert from "node:assert/strict";
import { edgesOf } from "../../../policies/stack/edges";
import { queuesNamedBy, queueUsers, roleOfUser } from "../../../policies/stack/queue-users";
import { redrivenBy, redriveAllowancesIn } from "../../../policies/stack/redrives";
import { unknown, type Given } from "../../support/policy";
import { arn, queueUrl, redrive } from "../given";
import { stackIn } from "./stack-in";

const queue = (name: string, inputs: Record<string, unknown> = {}): Given => ({
  type: "aws:sqs/queue:Queue",
  name,
  inputs: { name, ...inputs },
});
const topic: Given = { type: "aws:sns/topic:Topic", name: "topic", inputs: { name: "t" } };
const roles = ["f", "t"].map((name): Given => ({
  type: "aws:iam/role:Role",
  name: `role-${name}`,
  inputs: { name },
}));
const lambda = (variables: unknown, madeFrom: string[] = []): Given => ({
  type: "aws:lambda/function:Function",
  name: "lambda",
  inputs: { role: arn.role("f"), taskRoleArn: arn.role("t"), environment: { variables } },
  madeFrom: { environment: madeFrom },
});
const task = (environment: unknown, madeFrom: string[] = []): Given => ({
  type: "aws:ecs/taskDefinition:TaskDefinition",
  name: "task",
  inputs: {
    role: arn.role("f"),
    taskRoleArn: arn.role("t"),
    containerDefinitions: [{ name: "one" }, { name: "two", environment }],
  },
  madeFrom: { containerDefinitions: madeFrom },
});

describe("The code of a stack", () => {
  it("is that of functions and tasks, each with its role", async () => {
    const stack = await stackIn(task([]), ...roles, queue("a"), lambda({}));
    assert.deepEqual(
      queueUsers(stack).map((user) => [user.name, roleOfUser(stack, user)?.name]),
      [
        ["lambda", "role-f"],
        ["task", "role-t"],
      ],
    );
  });

  it("has the role from which an unknown ARN was derived, and no other resource", async () => {
    const later = { ...lambda({}), madeFrom: { role: ["topic", "role-f"] } };
    later.inputs = { role: unknown };
    const stack = await stackIn(topic, ...roles, later);
    const [user] = queueUsers(stack);
    assert.ok(user);
    assert.equal(roleOfUser(stack, user)?.name, "role-f");
  });

  const named = async (user: Given) => {
    const stack = await stackIn(queue("a"), queue("b"), topic, user);
    const [one] = queueUsers(stack);
    assert.ok(one);
    return [...queuesNamedBy(stack, one)].map(({ name }) => name);
  };

  it("names queues by URL, ARN or name in its environment, and no other resources", async () => {
    for (const value of [queueUrl("b"), arn.queue("b"), "b"]) {
      assert.deepEqual(await named(lambda({ ONE: value, TWO: arn.topic("t") })), ["b"]);
      assert.deepEqual(await named(task([{ name: "ONE", value }, { name: "TWO" }])), ["b"]);
    }
    assert.deepEqual(await named(lambda({ ONE: "other" })), []);
    assert.deepEqual(await named(lambda({ ONE: queueUrl("b"), TWO: queueUrl("b") })), ["b"]);
  });

  it("names the queues from which its environment was derived, and no other resources", async () => {
    assert.deepEqual(await named(lambda(unknown, ["topic", "b", "a"])), ["b", "a"]);
    assert.deepEqual(await named(task(unknown, ["topic", "b", "a"])), ["b", "a"]);
  });
});

describe("The queue that an edge redrives", () => {
  const redriven = async (policy: Given) => {
    const stack = await stackIn(queue("a"), topic, policy);
    const [edge] = edgesOf(stack);
    assert.ok(edge);
    return [
      redrivenBy(stack, edge)?.name,
      redrivenBy(stack, { ...edge, kind: "asynchronous failure" })?.name,
    ];
  };

  it("is the queue with the policy, or the queue of a separate policy", async () => {
    const own = queue("own", redrive("own", "a").inputs);
    assert.deepEqual(await redriven(own), ["own", undefined]);
    assert.deepEqual(await redriven(redrive("a", "b")), ["a", undefined]);
    assert.deepEqual(await redriven(redrive("other", "a")), [undefined, undefined]);
    const { inputs, ...later } = redrive("a", "b");
    assert.deepEqual(
      await redriven({
        ...later,
        inputs: { ...inputs, queueUrl: unknown },
        madeFrom: { queueUrl: ["topic", "a"] },
      }),
      ["a", undefined],
    );
  });
});

describe("The redrive allow policy of a queue", () => {
  const allowance = (url: string, madeFrom: string[] = []): Given => ({
    type: "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
    name: "allowance",
    inputs: { queueUrl: url, redriveAllowPolicy: "separate" },
    madeFrom: { queueUrl: madeFrom },
  });
  const allowed = async (...given: Given[]) => {
    const stack = await stackIn(queue("a", { redriveAllowPolicy: "own" }), topic, ...given);
    const [one] = stack.of("aws:sqs/queue:Queue");
    assert.ok(one);
    return redriveAllowancesIn(stack)(one).text();
  };

  it("is that of a separate resource for the queue, or its own", async () => {
    assert.equal(await allowed(), "own");
    assert.equal(await allowed(allowance(queueUrl("a"))), "separate");
    assert.equal(await allowed(allowance(unknown, ["topic", "a"])), "separate");
    assert.equal(await allowed(allowance(queueUrl("other"))), "own");
  });
});
