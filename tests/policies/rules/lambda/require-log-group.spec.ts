import * as assert from "node:assert/strict";
import { requireLogGroup as rule } from "../../../../policies/rules/lambda/require-log-group";
import { said, unknown, type Given } from "../../../support/policy";

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
  `worker: Logs to ${name}, which this program does not create: create the log group and set retentionInDays.`;

describe(rule.name, () => {
  it("accepts a group that is named, or has Lambda's own name", async () => {
    const named = lambda({ loggingConfig: { logGroup: "logs" } });
    assert.deepEqual(await said(rule, named, group("logs")), []);
    for (const loggingConfig of [null, { logFormat: "JSON" }, { logGroup: "" }])
      assert.deepEqual(
        await said(rule, lambda({ loggingConfig }), group("/aws/lambda/worker")),
        [],
      );
  });

  it("says that it cannot tell while neither name is known", async () => {
    const unverified = (path: string) =>
      `advisory worker: Unverified: '${path}' of 'worker' is not known before the update, and this rule depends on it.`;
    const later = lambda({ loggingConfig: { logGroup: unknown } });
    assert.deepEqual(await said(rule, later), [unverified("loggingConfig.logGroup")]);
    assert.deepEqual(await said(rule, lambda({ name: unknown })), [unverified("name")]);
    const named = lambda({ name: unknown, loggingConfig: { logGroup: "logs" } });
    assert.deepEqual(await said(rule, named, group("logs")), []);
  });

  it("rejects a function that Pulumi names, and so its group", async () => {
    assert.deepEqual(await said(rule, lambda({ name: null }), group("logs")), [
      sentence("a log group named after the function"),
    ]);
  });

  it("asks for the group of its copies where a distribution calls it", async () => {
    const front = {
      type: "aws:cloudfront/distribution:Distribution",
      name: "front",
      inputs: {
        defaultCacheBehavior: {
          lambdaFunctionAssociations: [{ eventType: "origin-request", lambdaArn: unknown }],
        },
      },
      madeFrom: { defaultCacheBehavior: ["worker"] },
    };
    const copies = "/aws/lambda/us-east-1.worker";
    assert.deepEqual(await said(rule, lambda(), front, group(copies)), []);
    assert.deepEqual(await said(rule, lambda(), front, group("/aws/lambda/worker")), [
      sentence(copies),
    ]);
  });

  it("rejects one that the program does not make", async () => {
    assert.deepEqual(await said(rule, lambda()), [sentence("/aws/lambda/worker")]);
    const named = lambda({ loggingConfig: { logGroup: "logs" } });
    assert.deepEqual(await said(rule, named, group("/aws/lambda/worker")), [sentence("logs")]);
  });
});
