import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { help, usage } from "../../../operations/redrive/command-line";
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

  /** Runs the command; `changes` are to its environment, in which undefined removes a variable. */
  const start = (words: string[], changes: Record<string, string | undefined> = {}) => {
    const { endpoint, region, root } = world.clients.account;
    const main = ["-r", "./local/register.js", "operations/redrive/main.ts"];
    return spawn(process.execPath, [...main, ...words], {
      cwd: directory,
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        NODE_EXTRA_CA_CERTS: path.join(folder, "ca.crt"),
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: root.accessKeyId,
        AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
        AWS_EC2_METADATA_DISABLED: "true",
        ...changes,
      },
    });
  };
  const runIn = async (changes: Record<string, string | undefined>, ...words: string[]) => {
    const child = start(words, changes);
    let [said, complained] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (complained += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, said, complained };
  };
  const run = (...words: string[]) => runIn({}, ...words);

  it("prints its help", async () => {
    assert.deepEqual(await run("--help"), { code: 0, said: `${help}\n`, complained: "" });
  });

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
    const outputs = {
      ...{ devicePolicyName: "device", topicPrefix: "fleet" },
      alarms: { topicArn: `arn:aws:sns:eu-central-1:${world.clients.account.accountId}:alarms` },
      [stem]: { ruleName: "ingest", failuresUrl },
    };
    fs.writeFileSync(file, JSON.stringify(outputs));
    return file;
  }

  it("reports that the stack lacks the integration, and lists those it has", async () => {
    const file = outputsOf("iot-to-sns", "http://q");
    assert.deepEqual(await run("iot-to-sqs", "--stack", "nowhere", "--outputs", file), {
      code: 2,
      said: "",
      complained: "The stack has no failures queue of iot-to-sqs; name one of iot-to-sns.\n",
    });
  });

  it("reports outputs of another program", async () => {
    const file = path.join(folder, "foreign.json");
    fs.writeFileSync(file, "{}");
    assert.deepEqual(await run("iot-to-sqs", "--outputs", file), {
      code: 2,
      said: "",
      complained: `The outputs of ${file} cannot be read: The program must export devicePolicyName, the name of the AWS IoT policy of its devices. The program must export topicPrefix, the first levels of the topics of its devices, <prefix>/<device>/telemetry.\n`,
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

    // With --limit, it says what it does not look at.
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "{}" }));
    const limited = await run(...words, "--limit", "1");
    assert.match(
      limited.said,
      /\n--limit ends here: about 1 other message is in the queue\.\n1 would be redriven, 0 left\n$/,
    );
    const listed = await run(...words.slice(0, -1), "--list", "--limit", "1");
    assert.match(listed.said, /\n1 shown of about 2 waiting\n$/);
  });

  describe("says in one sentence, without warnings of the SDK,", () => {
    const file = () => outputsOf("iot-to-sqs", "https://sqs.example.com/1/q");
    for (const [what, changes, sentence] of [
      [
        "that the region is missing",
        { AWS_REGION: undefined, AWS_ENDPOINT_URL: undefined },
        "No region is set: set AWS_REGION to the region of the stack.",
      ],
      [
        "that there are no credentials",
        { AWS_ACCESS_KEY_ID: undefined },
        "No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
      ],
      [
        "that there is nothing at the endpoint",
        { AWS_ENDPOINT_URL: "https://127.0.0.1:1" },
        "AWS cannot be reached (ECONNREFUSED): check AWS_REGION and, for another endpoint than AWS's, AWS_ENDPOINT_URL and NODE_EXTRA_CA_CERTS.",
      ],
      [
        "that the certificate of the endpoint is not trusted",
        { NODE_EXTRA_CA_CERTS: undefined },
        /^AWS cannot be reached \([A-Z_]+\): check AWS_REGION and, for another endpoint than AWS's, AWS_ENDPOINT_URL and NODE_EXTRA_CA_CERTS\.\n$/,
      ],
    ] as const)
      it(what, async () => {
        const { code, said, complained } = await runIn(changes, "iot-to-sqs", "--outputs", file());
        assert.deepEqual([code, said], [2, ""]);
        if (typeof sentence === "string") assert.equal(complained, `${sentence}\n`);
        else assert.match(complained, sentence);
      });

    it("that a file with outputs does not exist", async () => {
      const { code, complained } = await run("iot-to-sqs", "--outputs", "/none");
      assert.equal(code, 2);
      assert.match(complained, /^The outputs of \/none cannot be read: ENOENT.*\n$/);
    });
  });

  it("lists waiting messages with nothing that a terminal obeys, and keeps them", async () => {
    const { url } = await world.queue();
    const payload = Buffer.from("\u001b[2J\u202ehot").toString("base64");
    const deviceId = "pump\u001b]0;owned\u0007";
    const receivedAt = Date.UTC(2026, 10, 20);
    const MessageBody = JSON.stringify({ deviceId, receivedAt, payload });
    const sqs = world.clients.get(SQSClient);
    const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    const listed = await run("iot-to-sqs", "--outputs", outputsOf("iot-to-sqs", url), "--list");
    assert.deepEqual(listed, {
      code: 0,
      said: [
        `${MessageId} 2026-11-20T00:00:00.000Z`,
        "  device: pump\\u001b]0;owned\\u0007",
        "  reason: its consumer did not process it (received 1 times)",
        "  payload: \\u001b[2J\\u202ehot",
        "1 waiting\n",
      ].join("\n"),
      complained: "",
    });
    assert.deepEqual(await world.bodies(url), [MessageBody]);
  });

  it("completes at Ctrl-C what it has received, and leaves nothing half done", async () => {
    const { url } = await world.queue();
    const published: string[] = [];
    const held: (() => void)[] = [];
    const iot = createServer((request, response) => {
      published.push(decodeURIComponent(new URL(request.url ?? "", "http://iot").pathname));
      held.push(() => response.writeHead(200).end("{}"));
      if (published.length === 10) child.kill("SIGINT");
      if (published.length >= 10) for (const answer of held.splice(0)) answer();
    });
    await new Promise<void>((listening) => iot.listen(0, "127.0.0.1", listening));
    const sqs = world.clients.get(SQSClient);
    const payload = Buffer.from("{}").toString("base64");
    // One receive returns at most ten: those that are left.
    for (let count = 0; count < 20; count += 1)
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: JSON.stringify({ deviceId: `pump-${count}`, receivedAt: 1, payload }),
        }),
      );
    const { port } = iot.address() as AddressInfo;
    const child = start(["iot-to-sqs", "--outputs", outputsOf("iot-to-sqs", url)], {
      AWS_ENDPOINT_URL_IOT_DATA_PLANE: `http://127.0.0.1:${port}`,
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    iot.close();
    iot.closeAllConnections();
    assert.equal(code, 1);
    assert.ok(
      said.endsWith(
        "Interrupted: about 10 other messages are in the queue.\n10 redriven, 0 left\n",
      ),
      said,
    );
    const left = (await world.bodies(url)).map(
      (body) => (JSON.parse(body) as { deviceId: string }).deviceId,
    );
    const sent = published.map((topic) => /(pump-\d+)@1\/telemetry$/.exec(topic)?.[1]);
    assert.equal(published.length, 10);
    assert.deepEqual(
      [...left, ...sent].sort(),
      Array.from({ length: 20 }, (_, count) => `pump-${count}`).sort(),
    );
  });
});
