import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { usage } from "../../../operations/redrive/command-line";
import { createWorld, type World } from "../../local/services/world";
import { directory, installMilliseconds } from "../../support/emulator";

describe("npm run redrive", function () {
  this.timeout(60_000);
  let world: World;
  let folder: string;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await createWorld();
    folder = fs.mkdtempSync(path.join(directory, ".local/operator-"));
    fs.writeFileSync(path.join(folder, "ca.crt"), world.clients.account.ca ?? "");
  });
  after(async () => {
    fs.rmSync(folder, { recursive: true });
    await world.end();
  });

  const run = async (...words: string[]) => {
    const { endpoint, region, root } = world.clients.account;
    const main = ["-r", "ts-node/register/transpile-only", "operations/redrive/main.ts"];
    const child = spawn(process.execPath, [...main, ...words], {
      cwd: directory,
      env: {
        PATH: process.env["PATH"],
        NODE_EXTRA_CA_CERTS: path.join(folder, "ca.crt"),
        NODE_NO_WARNINGS: "1",
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: root.accessKeyId,
        AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
      },
    });
    let [said, complained] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (complained += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, said, complained };
  };

  it("prints its usage and redrives nothing without an integration", async () => {
    assert.deepEqual(await run(), {
      code: 2,
      said: "",
      complained: `Name exactly one integration, such as iot-to-sqs.\n${usage}\n`,
    });
  });

  /** A file with the outputs of a stack that has one integration. */
  function outputsOf(stem: string, failuresUrl: string): string {
    const file = path.join(folder, `${stem}.json`);
    const outputs = { devicePolicyName: "device", topicPrefix: "fleet", [stem]: { failuresUrl } };
    fs.writeFileSync(file, JSON.stringify(outputs));
    return file;
  }

  it("reports that the stack lacks the integration, and lists those it has", async () => {
    const file = outputsOf("iot-to-sns", "http://q");
    assert.deepEqual(await run("iot-to-sqs", "--stack", "nowhere", "--outputs", file), {
      code: 2,
      said: "",
      complained:
        "Stack nowhere has no failures queue of iot-to-sqs; name one of iot-to-sns, or another --stack.\n",
    });
  });

  it("reports outputs of another program", async () => {
    const file = path.join(folder, "foreign.json");
    fs.writeFileSync(file, "{}");
    assert.deepEqual(await run("iot-to-sqs", "--outputs", file), {
      code: 2,
      said: "",
      complained: `The outputs of ${file} cannot be read: The outputs lack devicePolicyName or topicPrefix: they are of another program.\n`,
    });
  });

  it("reports the planned action for each message, and keeps all messages, in a dry run", async () => {
    const { url } = await world.queue();
    const payload = Buffer.from("{}").toString("base64");
    const sqs = world.clients.get(SQSClient);
    const { MessageId } = await sqs.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: JSON.stringify({ deviceId: "pump-7", receivedAt: 1, payload }),
      }),
    );
    const QueueName = url.split("/").pop();
    const { QueueUrl = "" } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    const words = ["iot-to-sqs", "--outputs", outputsOf("iot-to-sqs", QueueUrl), "--dry-run"];
    assert.deepEqual(await run(...words), {
      code: 0,
      said: `${MessageId} would be redriven: fleet/pump-7/telemetry\n1 would be redriven, 0 left\n`,
      complained: "",
    });
    assert.equal((await world.bodies(url)).length, 1);
  });
});
