import * as assert from "node:assert/strict";
import { CreateFunctionCommand, DeleteFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { strToU8, zipSync } from "fflate";
import { createInvocations } from "../../../../local/services/iot-core/invocations";
import { createTrace, type Trace } from "../../../../local/trace";
import { createWorld, nextName, type World } from "./world";

describe("invocations", () => {
  let world: World;
  let trace: Trace;
  let traced: string[];
  before(async () => (world = await createWorld()));
  after(() => world.end());
  beforeEach(() => {
    traced = [];
    trace = createTrace();
    trace.on((event) => traced.push(event.kind === "warning" ? event.message : event.kind));
  });

  async function lambda(body: string): Promise<{ name: string; arn: string }> {
    const FunctionName = nextName("function");
    const Principal = { Service: "lambda.amazonaws.com" };
    const Statement = { Effect: "Allow", Principal, Action: "sts:AssumeRole" };
    const { FunctionArn = "" } = await world.clients.get(LambdaClient).send(
      new CreateFunctionCommand({
        FunctionName,
        Role: await world.role([], { Version: "2012-10-17", Statement }),
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: {
          ZipFile: zipSync({ "index.js": strToU8(`exports.handler = async () => { ${body} };`) }),
        },
      }),
    );
    return { name: FunctionName, arn: FunctionArn };
  }

  it("are idle when every function has processed its event", async () => {
    const { arn } = await lambda("");
    const invocations = createInvocations({ clients: world.clients, trace });
    for (let n = 0; n < 3; n++) invocations.add(arn, "source", { n });
    await invocations.idle();
    assert.deepEqual(traced, Array(3).fill("batch-succeeded"));
    await invocations.stop();
  });

  it("discard an event that its function has failed on three times, with a warning, where it has no destination", async () => {
    const { name, arn } = await lambda("throw new Error('always')");
    const given = { clients: world.clients, trace, retryDelayMilliseconds: 1 };
    const invocations = createInvocations(given);
    invocations.add(arn, "a rule", {});
    await invocations.idle();
    assert.deepEqual(traced, [
      ...Array<string>(3).fill("batch-failed"),
      `${name} has no on-failure destination, so an event of a rule was discarded: RetriesExhausted.`,
    ]);
  });

  it("drop remaining events after a while, with a warning", async () => {
    const { name, arn } = await lambda("throw new Error('always')");
    const settings = { retryDelayMilliseconds: 3_600_000, patienceMilliseconds: 1 };
    const invocations = createInvocations({ clients: world.clients, trace, ...settings });
    invocations.add(arn, "a rule", {});
    await trace.until("the first failure", ({ kind }) => kind === "batch-failed");
    await invocations.stop();
    assert.deepEqual(traced, [
      "batch-failed",
      `The invocation of ${name} was stopped before it succeeded.`,
    ]);
  });

  it("report a missing function", async () => {
    const { name, arn } = await lambda("");
    await world.clients.get(LambdaClient).send(new DeleteFunctionCommand({ FunctionName: name }));
    const invocations = createInvocations({ clients: world.clients, trace });
    invocations.add(arn, "a rule", {});
    await invocations.idle();
    assert.equal(traced.length, 1);
    assert.match(traced[0] ?? "", new RegExp(`Function not found: ${arn}`));
  });
});
