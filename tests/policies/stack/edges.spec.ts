import * as assert from "node:assert/strict";
import { delivererOf } from "../../../policies/stack/deliverers";
import { edgesOf, isFailureEdge } from "../../../policies/stack/edges";
import { whereaboutsOf } from "../../../policies/stack/whereabouts";
import { unknown, type Given } from "../../support/policy";
import { arn, queueUrl } from "../given";
import { aside, ends, rows, toDeadLetters } from "./edges-table";
import { stackIn } from "./stack-in";

describe("The edges of a stack", () => {
  for (const [type, inputs, expected] of rows)
    it(`of ${type} with ${Object.keys(inputs).join(", ")} are ${expected.length}`, async () => {
      const stack = await stackIn(...ends, { type, name: "it", inputs });
      const where = whereaboutsOf(stack);
      assert.ok(where);
      const found = edgesOf(stack)
        .filter(({ by }) => by.name === "it")
        .map((edge) => {
          const by = delivererOf(stack, edge, where);
          const who = !by
            ? "nobody known"
            : "role" in by
              ? by.role.name
              : `${by.service} for ${by.source}`;
          return `${edge.kind} → ${edge.to?.name ?? "outside"} by ${who}`;
        });
      assert.deepEqual(found, expected);
    });

  it("have the kind of the other end, even outside the stack", async () => {
    const kinds = async (type: string, inputs: Record<string, unknown>) =>
      edgesOf(await stackIn({ type, inputs })).map(({ toKind }) => toKind);
    assert.deepEqual(
      await kinds("aws:cloudwatch/eventTarget:EventTarget", { arn: arn.function("x"), ...aside }),
      ["function", "queue"],
    );
    const subscribed = "aws:sns/topicSubscription:TopicSubscription";
    for (const endpoint of ["https://example.com", unknown])
      assert.deepEqual(await kinds(subscribed, { endpoint }), [undefined]);
    assert.deepEqual(
      await kinds("aws:s3/bucketNotification:BucketNotification", {
        queues: [{ queueArn: "a" }],
        topics: [{ topicArn: "a" }],
        lambdaFunctions: [{ lambdaFunctionArn: "a" }],
      }),
      ["queue", "topic", "function"],
    );
    const stack = await stackIn(...ends, {
      type: "aws:cloudwatch/eventTarget:EventTarget",
      inputs: { arn: arn.function("f") },
    });
    assert.deepEqual(
      edgesOf(stack).map(({ toKind }) => toKind),
      ["function"],
    );
  });

  it("that carry undeliverable messages are distinct from the others", async () => {
    const found = new Map<string, boolean>();
    for (const [type, inputs] of rows)
      for (const edge of edgesOf(await stackIn({ type, inputs })))
        found.set(edge.kind, isFailureEdge(edge));
    assert.deepEqual(
      [...found]
        .filter(([, failure]) => failure)
        .map(([kind]) => kind)
        .sort(),
      [
        "asynchronous failure",
        "bus failure",
        "mapping failure",
        "pipe failure",
        "queue redrive",
        "rule error action",
        "schedule failure",
        "subscription failure",
        "target failure",
        "workflow failure",
      ],
    );
  });

  it("have their role while its ARN is not known", async () => {
    const of = (type: string, inputs: Record<string, unknown>, input: string): Given => ({
      type,
      name: "it",
      inputs,
      madeFrom: { [input]: ["queue", "role"] },
    });
    const actions = [{ queueUrl: queueUrl("q"), roleArn: unknown }];
    for (const by of [
      of("aws:iot/topicRule:TopicRule", { name: "i", sqs: actions }, "sqs"),
      of("aws:pipes/pipe:Pipe", { source: arn.queue("q"), roleArn: unknown }, "roleArn"),
      of("aws:lambda/function:Function", { name: "g", role: unknown, ...toDeadLetters }, "role"),
    ]) {
      const stack = await stackIn(...ends, by);
      const [edge] = edgesOf(stack).filter((one) => one.by.name === "it");
      const where = whereaboutsOf(stack);
      assert.ok(edge && where);
      const deliverer = delivererOf(stack, edge, where);
      assert.ok(deliverer && "role" in deliverer, by.type);
      assert.equal(deliverer.role.name, "role");
    }
  });

  it("of an action or a task have its role", async () => {
    for (const [type, inputs] of rows.filter(([one]) => /topicRule|stateMachine/.test(one)))
      for (const edge of edgesOf(await stackIn({ type, inputs })))
        if (edge.toKind !== "function" || edge.kind === "workflow task")
          assert.equal(edge.role?.text(), arn.role("r"), edge.kind);
  });

  it("are derived once from a stack", async () => {
    const stack = await stackIn(...ends);
    assert.equal(edgesOf(stack), edgesOf(stack));
  });
});
