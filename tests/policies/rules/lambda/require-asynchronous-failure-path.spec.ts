import * as assert from "node:assert/strict";
import { requireAsynchronousFailurePath as rule } from "../../../../policies/rules/lambda/require-asynchronous-failure-path";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, changed } from "../../given";

const formatter: Given = {
  type: "aws:lambda/function:Function",
  name: "formatter",
  inputs: { name: "formatter", role: arn.role("formatter") },
};
const setsAside: Given = {
  type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  name: "on-failure",
  inputs: {
    functionName: "formatter",
    destinationConfig: { onFailure: { destination: arn.queue("failures") } },
  },
};
const subscription: Given = {
  type: "aws:sns/topicSubscription:TopicSubscription",
  name: "subscription",
  inputs: { topic: arn.topic("t"), protocol: "lambda", endpoint: arn.function("formatter") },
};
const sentence = (way: string, by: string) =>
  `formatter: Is invoked asynchronously by ${way} '${by}' and has no on-failure destination, so failed events are lost: set destinationConfig.onFailure.`;

describe(rule.name, () => {
  it("accepts a function with an on-failure destination, whichever way it is named", async () => {
    for (const functionName of ["formatter", arn.function("formatter")])
      assert.deepEqual(
        await said(rule, formatter, subscription, changed(setsAside, { functionName })),
        [],
      );
  });

  it("accepts a function with a dead-letter queue", async () => {
    const deadLetterConfig = { targetArn: arn.queue("failures") };
    assert.deepEqual(await said(rule, changed(formatter, { deadLetterConfig }), subscription), []);
  });

  it("accepts a function that is waited for", async () => {
    const mapping: Given = {
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      name: "mapping",
      inputs: { eventSourceArn: arn.queue("orders"), functionName: "formatter" },
    };
    assert.deepEqual(await said(rule, formatter, mapping), []);
  });

  it("asks nothing of what is no function", async () => {
    const queue: Given = { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "orders" } };
    const reading: Given = {
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      name: "mapping",
      inputs: { eventSourceArn: arn.queue("orders"), functionName: "formatter" },
    };
    const subscribed = changed(subscription, { endpoint: arn.queue("orders") });
    assert.deepEqual(await said(rule, queue, reading, subscribed), []);
    const enriching: Given = {
      type: "aws:pipes/pipe:Pipe",
      name: "pipe",
      inputs: { source: arn.queue("orders"), enrichment: arn.function("formatter") },
    };
    assert.deepEqual(await said(rule, formatter, queue, enriching), []);
  });

  it("rejects a subscribed function without either", async () => {
    assert.deepEqual(await said(rule, formatter, subscription), [
      sentence("subscription", "subscription"),
    ]);
  });

  it("is not satisfied by the destination of another function, nor by one for successes", async () => {
    for (const changes of [
      { functionName: "other" },
      { destinationConfig: { onSuccess: { destination: arn.queue("done") } } },
    ])
      assert.deepEqual(await said(rule, formatter, subscription, changed(setsAside, changes)), [
        sentence("subscription", "subscription"),
      ]);
  });

  for (const [way, by] of Object.entries<Given>({
    "topic rule": {
      type: "aws:iot/topicRule:TopicRule",
      inputs: { lambdas: [{ functionArn: arn.function("formatter") }] },
    },
    "event target": {
      type: "aws:cloudwatch/eventTarget:EventTarget",
      inputs: { arn: arn.function("formatter") },
    },
    schedule: {
      type: "aws:scheduler/schedule:Schedule",
      inputs: { target: { arn: arn.function("formatter") } },
    },
    "bucket notification": {
      type: "aws:s3/bucketNotification:BucketNotification",
      inputs: { lambdaFunctions: [{ lambdaFunctionArn: arn.function("formatter") }] },
    },
    destination: {
      type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      inputs: {
        functionName: "other",
        destinationConfig: { onSuccess: { destination: `${arn.function("formatter")}:live` } },
      },
    },
  }))
    it(`rejects a function that a ${way} invokes`, async () => {
      assert.deepEqual(await said(rule, formatter, { ...by, name: "by" }), [sentence(way, "by")]);
    });

  it("rejects a function to which another sets aside, and one to which a topic rule does", async () => {
    const destinationConfig = { onFailure: { destination: arn.function("formatter") } };
    const other = changed(setsAside, { functionName: "other", destinationConfig });
    assert.deepEqual(await said(rule, formatter, other), [sentence("destination", "on-failure")]);
    const onError: Given = {
      type: "aws:iot/topicRule:TopicRule",
      name: "by",
      inputs: { errorAction: { lambda: { functionArn: arn.function("formatter") } } },
    };
    assert.deepEqual(await said(rule, formatter, onError), [sentence("topic rule", "by")]);
  });

  it("finds a function whose ARN is not known yet by what it was made from", async () => {
    const given = changed(subscription, { endpoint: unknown });
    assert.deepEqual(
      await said(rule, formatter, { ...given, madeFrom: { endpoint: ["formatter"] } }),
      [sentence("subscription", "subscription")],
    );
  });
});
