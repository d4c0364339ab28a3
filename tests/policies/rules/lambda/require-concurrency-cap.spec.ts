import * as assert from "node:assert/strict";
import { requireConcurrencyCap as rule } from "../../../../policies/rules/lambda/require-concurrency-cap";
import { configured, said, unknown, type Given } from "../../../support/policy";
import { arn } from "../../given";

const mapping = (inputs: Record<string, unknown> = {}): Given => ({
  type: "aws:lambda/eventSourceMapping:EventSourceMapping",
  inputs: { eventSourceArn: arn.queue("orders"), functionName: "worker", ...inputs },
});
const queue: Given = { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "orders" } };
const worker = (reservedConcurrentExecutions?: unknown): Given => ({
  type: "aws:lambda/function:Function",
  name: "worker",
  inputs: {
    name: "worker",
    ...(reservedConcurrentExecutions === undefined ? {} : { reservedConcurrentExecutions }),
  },
});
const unlimited =
  "it: Can use all unreserved concurrency of the account: set scalingConfig.maximumConcurrency.";
const unverified = (path: string, name: string) =>
  `advisory ${name}: Unverified: '${path}' of '${name}' is not known before the update, and this rule depends on it.`;

describe(rule.name, () => {
  it("accepts a limit of the mapping's, or of its function", async () => {
    const limited = mapping({ scalingConfig: { maximumConcurrency: 10 } });
    assert.deepEqual(await said(rule, limited), []);
    assert.deepEqual(await said(rule, mapping(), worker(10)), []);
  });

  it("accepts a stream, whose shards are the limit", async () => {
    assert.deepEqual(await said(rule, mapping({ eventSourceArn: arn.stream("s") })), []);
  });

  it("rejects a mapping of a queue whose ARN is not known yet, by what it was made from", async () => {
    const later = mapping({ eventSourceArn: unknown });
    const made = { ...later, madeFrom: { eventSourceArn: ["queue"] } };
    assert.deepEqual(await said(rule, queue, made), [unlimited]);
  });

  it("says that it cannot tell while nobody knows what a mapping reads from", async () => {
    assert.deepEqual(await said(rule, mapping({ eventSourceArn: unknown })), [
      unverified("eventSourceArn", "it"),
    ]);
  });

  it("asks nothing of a broker with a queue in its name, nor of what sends to a queue", async () => {
    const eventSourceArn = "x:arn:aws:sqs:eu-central-1:123456789012:orders";
    assert.deepEqual(await said(rule, mapping({ eventSourceArn })), []);
    const aside: Given = {
      type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      inputs: {
        functionName: "worker",
        destinationConfig: { onFailure: { destination: arn.queue("orders") } },
      },
    };
    assert.deepEqual(await said(rule, queue, worker(), aside), []);
  });

  it("names the limits that are not known yet, and judges by none then", async () => {
    const own = unverified("scalingConfig.maximumConcurrency", "it");
    const reserved = unverified("reservedConcurrentExecutions", "worker");
    const asked = configured(rule, { mostAtOnce: 5 });
    const limited = (maximumConcurrency: unknown) =>
      mapping({ scalingConfig: { maximumConcurrency } });
    assert.deepEqual(await said(asked, limited(unknown)), [own]);
    assert.deepEqual(await said(asked, limited(unknown), worker(10)), [own]);
    assert.deepEqual(await said(asked, limited(10), worker(unknown)), [reserved]);
    assert.deepEqual(await said(asked, mapping(), worker(unknown)), [reserved]);
    assert.deepEqual(await said(asked, limited(unknown), worker(unknown)), [reserved, own]);
  });

  it("rejects a mapping without one, of a function without one", async () => {
    assert.deepEqual(await said(rule, mapping(), worker()), [unlimited]);
    assert.deepEqual(await said(rule, mapping(), worker(-1)), [unlimited]);
  });

  it("rejects more than the stack allows, by whichever limit is lower", async () => {
    const asked = configured(rule, { mostAtOnce: 5 });
    const limited = mapping({ scalingConfig: { maximumConcurrency: 6 } });
    assert.deepEqual(await said(asked, limited, worker(7)), [
      "it: Runs 6 concurrent instances of its function: set scalingConfig.maximumConcurrency to 5 or less.",
    ]);
    assert.deepEqual(await said(asked, limited, worker(5)), []);
  });
});
