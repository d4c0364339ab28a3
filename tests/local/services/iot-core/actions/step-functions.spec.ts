import * as assert from "node:assert/strict";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { createWorld, nextName, type World } from "../world";
import { denied, ruleUnderTest } from "./under-test";

describe("stepFunctions action", () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.end());

  async function stateMachine() {
    const name = nextName("machine");
    const sfn = world.clients.get(SFNClient);
    const { stateMachineArn = "" } = await sfn.send(
      new CreateStateMachineCommand({
        name,
        roleArn: await world.role([]),
        definition: JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Succeed" } } }),
      }),
    );
    return {
      name,
      arn: stateMachineArn,
      async executions() {
        const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
        return Promise.all(
          executions.map(({ executionArn }) =>
            sfn.send(new DescribeExecutionCommand({ executionArn })),
          ),
        );
      },
    };
  }

  async function withMachine(sql: string, allowed: boolean) {
    const machine = await stateMachine();
    const { name: stateMachineName, arn: Resource } = machine;
    const roleArn = await world.role(
      allowed ? [{ Action: "states:StartExecution", Resource }] : [],
    );
    const action = { stateMachineName, executionNamePrefix: "${topic(2)}-", roleArn };
    const rule = await ruleUnderTest(world, sql, { stepFunctions: [action] });
    return { machine, rule, roleArn };
  }

  it("starts one execution per message, named by the prefix and a UUID", async () => {
    const { machine } = await withMachine("SELECT n FROM 'sfn1/+'", true);
    await world.publish("sfn1/sensor-1", { n: 1, m: 2 });
    const [execution, ...others] = await machine.executions();
    assert.deepEqual(others, []);
    assert.equal(execution?.input, '{"n":1}');
    assert.match(execution?.name ?? "", /^sensor-1-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it("starts none for a payload that is not JSON", async () => {
    const { machine, rule } = await withMachine("SELECT * FROM 'sfn2/+'", true);
    await world.publish("sfn2/sensor-1", "no JSON");
    assert.match(
      (await rule.failures())[0]?.errorMessage ?? "",
      /Error Code: InvalidExecutionInput;/,
    );
    assert.deepEqual(await machine.executions(), []);
  });

  it("reports that its role may start no execution", async () => {
    const { machine, rule, roleArn } = await withMachine("SELECT * FROM 'sfn3/+'", false);
    await world.publish("sfn3/sensor-1", {});
    const [failure] = await rule.failures();
    assert.deepEqual(
      [failure?.failedAction, failure?.failedResource],
      ["StepFunctionsAction", machine.name],
    );
    assert.match(failure?.errorMessage ?? "", denied(roleArn, "AccessDeniedException"));
    assert.deepEqual(await machine.executions(), []);
  });

  it("is refused with the ARN of a state machine for its name", async () => {
    const stateMachineName = "arn:aws:states:eu-central-1:123456789012:stateMachine:m";
    const actions = { stepFunctions: [{ stateMachineName, roleArn: await world.role([]) }] };
    await assert.rejects(ruleUnderTest(world, "SELECT * FROM 'sfn4'", actions), {
      message: /stateMachineName: is the name of the state machine, not its ARN\.$/,
    });
  });
});
