import {
  LambdaClient,
  UpdateFunctionCodeCommand,
  DeleteFunctionCommand,
} from "@aws-sdk/client-lambda";
import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { zip } from "../services/zip";
import { eventually } from "./eventually";
import { executionOf } from "./executions";
import { letter } from "./letters";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

const integration = "iot-to-step-functions";

interface Task {
  TimeoutSeconds?: number;
  Retry?: { ErrorEquals: string[]; MaxAttempts: number }[];
}

// The emulator knows the timeouts of states, not that of a whole workflow.
describe("iot-to-step-functions with a task that takes too long, on this machine", function () {
  this.timeout(120_000);
  let world: World;
  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-step-functions");
    await world.deployment.idle();
  });

  it("times out the task and sets the input aside with States.Timeout", async () => {
    const { platform } = world;
    const lambda = platform.clients.get(LambdaClient);
    const workflows = platform.clients.get(SFNClient);
    const machine = world.resource(
      "aws:sfn/stateMachine:StateMachine",
      `${integration}-workflow`,
    ).plain;
    const definition = JSON.parse(machine.definition as string) as { States: Record<string, Task> };
    const { ProcessTelemetry: task } = definition.States;
    assert.equal(task?.TimeoutSeconds, 30);
    assert.ok(task.Retry?.some(({ ErrorEquals }) => ErrorEquals.includes("States.Timeout")));
    // The program's own workflow, but that it waits a second and not half a minute, and once.
    task.TimeoutSeconds = 1;
    task.Retry = [];
    const { stateMachineArn = "" } = await workflows.send(
      new CreateStateMachineCommand({
        name: "impatient-workflow",
        roleArn: machine.roleArn as string,
        definition: JSON.stringify(definition),
      }),
    );
    const analyst = world.resource(
      "aws:lambda/function:Function",
      `${integration}-process-telemetry`,
    );
    const FunctionName = analyst.plain.name as string;
    const [file] = (analyst.plain.handler as string).split(".");
    const slow = "exports.handler = () => new Promise((later) => setTimeout(later, 4000));";
    await lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip(`${file}.js`, slow) }),
    );
    const reading = readingOf("sf-slow", { status: "critical" });
    const { executionArn = "" } = await workflows.send(
      new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(reading) }),
    );
    const { states, error } = await eventually("the execution to end", async () => {
      const execution = await executionOf(world, executionArn);
      return execution?.status === "FAILED" && execution;
    });
    await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    await world.create(analyst);
    assert.deepEqual(
      [states, error],
      [["ProcessTelemetry", "SetAside", "Failed"], "TelemetryNotProcessed"],
    );
    const { body } = await letter(world, integration, reading.deviceId);
    const { Error: name } = body.error as { Error: string };
    assert.deepEqual(
      [name, body.executionArn, body.input],
      ["States.Timeout", executionArn, reading],
    );
    await discard(world);
  });
});

/** Takes what is in the failures queue out, so that the next spec finds it empty. */
async function discard({ platform, outputs }: World): Promise<void> {
  const sqs = platform.clients.get(SQSClient);
  const QueueUrl = outputs.of[integration]?.failuresUrl;
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  await sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    }),
  );
}
