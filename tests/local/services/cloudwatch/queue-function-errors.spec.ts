import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
} from "@aws-sdk/client-lambda";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createQueueFunctionErrors } from "../../../../local/services/cloudwatch/queue-function-errors";
import { createClients, type Clients } from "../../../../local/aws/clients";
import { startEmulator, type Emulator } from "../../../../local/emulator/ministack";
import { lambdaNode } from "../../../../local/lambda-node";
import { lambdaRuntime } from "../../../../local/services/lambda";
import { createTrace } from "../../../../local/trace";
import { python } from "../../../support/account";
import { directory as project, installMilliseconds } from "../../../support/emulator";
import { zip } from "../zip";
import { statisticOf } from "./metric-sums";

describe("errors of functions that the emulator invokes from queues", () => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "alarms-"));
  const trace = createTrace();
  let emulator: Emulator;
  let clients: Clients;
  before(async function () {
    this.timeout(installMilliseconds);
    const environment = await python();
    // One of its own, for its log.
    const place = { region: "eu-central-1", accountId: "123456789012" };
    emulator = await startEmulator({ directory, python: environment.python, ...place });
    const { account } = emulator;
    const { path: node } = await lambdaNode({ directory: project });
    clients = createClients(account, [lambdaRuntime({ account, node })]);
  });
  after(async () => {
    clients.destroy();
    await emulator.stop();
    fs.rmSync(directory, { recursive: true, force: true });
  });
  const errorsOf = (FunctionName: string) =>
    statisticOf(clients, "AWS/Lambda", "Errors", { FunctionName });

  it("are read from its log, each once, without earlier entries", async () => {
    const logFile = path.join(directory, "written.log");
    const line = (name: string): string =>
      `2026-11-24 18:00:00 WARNING [lambda] ESM: Lambda ${name} failed processing SQS batch from q (errorType=Error errorMessage=é)\n`;
    fs.writeFileSync(logFile, line("worker-0"));
    const put = createQueueFunctionErrors({ clients, trace, logFile });
    fs.appendFileSync(logFile, `${line("worker-1")}trace of worker-2\n${line("worker-1")}`);
    const unfinished = line("worker-3");
    fs.appendFileSync(logFile, unfinished.slice(0, 60));
    await put();
    await put();
    assert.equal(await errorsOf("worker-3"), undefined);
    fs.appendFileSync(logFile, unfinished.slice(60));
    await put();
    assert.deepEqual(
      [await errorsOf("worker-0"), await errorsOf("worker-1"), await errorsOf("worker-3")],
      [undefined, 2, 1],
    );
  });

  it("match the emulator's entry when a function throws", async () => {
    const { Role } = await clients.get(IAMClient).send(
      new CreateRoleCommand({
        RoleName: "worker",
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            ...{ Effect: "Allow", Action: "sts:AssumeRole" },
            Principal: { Service: "lambda.amazonaws.com" },
          },
        }),
      }),
    );
    const lambda = clients.get(LambdaClient);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "worker",
        Role: Role?.Arn,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Code: {
          ZipFile: zip("index.js", "exports.handler = async () => { throw new Error('no'); };"),
        },
      }),
    );
    const sqs = clients.get(SQSClient);
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: "work", Attributes: { VisibilityTimeout: "600" } }),
    );
    const put = createQueueFunctionErrors({ clients, trace, logFile: emulator.logFile });
    await lambda.send(
      new CreateEventSourceMappingCommand({
        EventSourceArn: "arn:aws:sqs:eu-central-1:123456789012:work",
        FunctionName: "worker",
      }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
    while ((await errorsOf("worker")) === undefined) await put();
    await put();
    assert.equal(await errorsOf("worker"), 1);
  });
});
