import * as assert from "node:assert/strict";
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import { createWorld, nextName, send, type Queue, type World } from "../world";
import { ruleUnderTest, type RuleUnderTest } from "./under-test";

/** Logs its event and fails on request; the queue is the function's on-failure destination. */
const code = `exports.handler = async (event) => {
  console.log("got " + JSON.stringify(event));
  if (event.fail) throw new Error("as requested");
};`;

describe("lambda action", () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.end());

  async function lambda(failures: Queue): Promise<{ name: string; arn: string }> {
    const FunctionName = nextName("function");
    const Role = await world.role([send(failures)], {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    });
    const client = world.clients.get(LambdaClient);
    const { FunctionArn = "" } = await client.send(
      new CreateFunctionCommand({
        FunctionName,
        Role,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { ZipFile: zipSync({ "index.js": strToU8(code) }) },
      }),
    );
    await client.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName,
        DestinationConfig: { OnFailure: { Destination: failures.arn } },
      }),
    );
    return { name: FunctionName, arn: FunctionArn };
  }

  const permit = (FunctionName: string, SourceArn: string, SourceAccount = "123456789012") =>
    world.clients.get(LambdaClient).send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: nextName("statement"),
        Action: "lambda:InvokeFunction",
        Principal: "iot.amazonaws.com",
        SourceArn,
        SourceAccount,
      }),
    );

  async function withFunction(sql: string) {
    const failures = await world.queue();
    const { name, arn } = await lambda(failures);
    const rule: RuleUnderTest = await ruleUnderTest(world, sql, {
      lambdas: [{ functionArn: arn }],
    });
    const mark = world.traced.length;
    /** The results of the invocations, and of the rule's actions. */
    const traced = (): string[] =>
      world.traced
        .slice(mark)
        .flatMap(({ kind }) => (/^(batch|action|records)-/.test(kind) ? kind : []));
    return { functionName: name, functionArn: arn, failures, rule, traced };
  }

  it("invokes the function with the output as its event", async () => {
    const { functionName, rule, traced } = await withFunction("SELECT n FROM 'fn1'");
    await permit(functionName, rule.arn);
    await world.publish("fn1", { n: 1, m: 2 });
    assert.deepEqual(traced(), ["action-succeeded", "batch-succeeded"]);
    assert.deepEqual(await rule.failures(), []);
  });

  it("invokes a failing function three times, then leaves the event to the function's destination", async () => {
    const { functionName, functionArn, failures, rule, traced } =
      await withFunction("SELECT * FROM 'fn2'");
    await permit(functionName, rule.arn);
    await world.publish("fn2", '{"fail":true,"exact":[9007199254740993,0.1234567890123456789]}');
    assert.deepEqual(traced(), [
      "action-succeeded",
      "batch-failed",
      "batch-failed",
      "batch-failed",
      "records-set-aside",
    ]);
    const [record = "{}", ...others] = await failures.drain();
    assert.deepEqual(others, []);
    assert.match(record, /"exact":\[9007199254740993,0\.1234567890123456789\]/);
    const { requestContext, requestPayload } = JSON.parse(record) as {
      requestContext: Record<string, unknown>;
      requestPayload: unknown;
    };
    assert.deepEqual(requestPayload, {
      fail: true,
      exact: JSON.parse("[9007199254740993,0.1234567890123456789]") as unknown,
    });
    assert.deepEqual(
      [requestContext["condition"], requestContext["approximateInvokeCount"]],
      ["RetriesExhausted", 3],
    );
    assert.equal(requestContext["functionArn"], `${functionArn}:$LATEST`);
    // A failure of the function is not a failure of the rule.
    assert.deepEqual(await rule.failures(), []);
  });

  const foreign: [
    what: string,
    permit: (functionName: string, ruleArn: string) => Promise<unknown>,
  ][] = [
    ["permits no principal", () => Promise.resolve()],
    [
      "admits another rule",
      (name) => permit(name, "arn:aws:iot:eu-central-1:123456789012:rule/another"),
    ],
    [
      "admits the rule of another account",
      (name, ruleArn) => permit(name, ruleArn, "210987654321"),
    ],
  ];
  for (const [index, [what, grant]] of foreign.entries())
    it(`fails, and runs the error action, if the function's policy ${what}`, async () => {
      const { functionName, functionArn, rule, traced } = await withFunction(
        `SELECT * FROM 'fn3/${index}'`,
      );
      await grant(functionName, rule.arn);
      await world.publish(`fn3/${index}`, {});
      const [failure, ...others] = await rule.failures();
      assert.deepEqual(others, []);
      assert.deepEqual(
        [failure?.failedAction, failure?.failedResource],
        ["LambdaAction", functionArn],
      );
      assert.match(
        failure?.errorMessage ?? "",
        /iot\.amazonaws\.com asks for lambda:InvokeFunction on .* \(Status Code: 403; Error Code: AccessDeniedException;/,
      );
      assert.deepEqual(traced(), ["action-failed"]);
    });

  it("invokes again once the function's policy permits it", async () => {
    const { functionName, rule, traced } = await withFunction("SELECT * FROM 'fn4'");
    await world.publish("fn4", {});
    await permit(functionName, rule.arn);
    await world.publish("fn4", {});
    assert.deepEqual(traced(), ["action-failed", "action-succeeded", "batch-succeeded"]);
  });

  it("fails if the function is missing", async () => {
    const { functionName, functionArn, rule } = await withFunction("SELECT * FROM 'fn5'");
    await world.clients
      .get(LambdaClient)
      .send(new DeleteFunctionCommand({ FunctionName: functionName }));
    await world.publish("fn5", {});
    const [failure] = await rule.failures();
    assert.equal(failure?.failedResource, functionArn);
    assert.match(failure?.errorMessage ?? "", /Error Code: ResourceNotFoundException;/);
  });

  it("fails for a payload that is not JSON, which Lambda rejects", async () => {
    const { functionName, rule, traced } = await withFunction("SELECT * FROM 'fn6'");
    await permit(functionName, rule.arn);
    await world.publish("fn6", "no JSON");
    const [failure] = await rule.failures();
    assert.match(failure?.errorMessage ?? "", /Error Code: InvalidRequestContentException;/);
    assert.deepEqual(traced(), ["action-failed"]);
  });
});
