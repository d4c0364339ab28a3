import * as assert from "node:assert/strict";
import { requireLogGroup as rule } from "../../../../policies/rules/lambda/require-log-group";
import { said, type Given } from "../../../support/policy";

const lambda = (inputs: Record<string, unknown> = {}): Given => ({
  type: "aws:lambda/function:Function",
  name: "worker",
  inputs: { name: "worker", ...inputs },
});
const group = (name: string): Given => ({
  type: "aws:cloudwatch/logGroup:LogGroup",
  name: "logs",
  inputs: { name },
});
const sentence = (name: string) =>
  `worker: Logs to ${name}, which this program does not make: make it, with a retention.`;

describe(rule.name, () => {
  it("accepts a group that is named, or has Lambda's own name", async () => {
    const named = lambda({ loggingConfig: { logGroup: "logs" } });
    assert.deepEqual(await said(rule, named, group("logs")), []);
    assert.deepEqual(await said(rule, lambda(), group("/aws/lambda/worker")), []);
  });

  it("rejects one that the program does not make", async () => {
    assert.deepEqual(await said(rule, lambda()), [sentence("/aws/lambda/worker")]);
    const named = lambda({ loggingConfig: { logGroup: "logs" } });
    assert.deepEqual(await said(rule, named, group("/aws/lambda/worker")), [sentence("logs")]);
  });
});
