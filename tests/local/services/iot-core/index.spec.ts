import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { disconnected } from "./devices";
import { createWorld, nextName, send, type World } from "./world";

describe("the local IoT Core", () => {
  let world: World;
  beforeEach(async () => (world = await createWorld()));
  afterEach(() => world.end());

  it("processes acknowledged messages before it stops, and closes its connections", async () => {
    const queue = await world.queue();
    const roleArn = await world.role([send(queue)]);
    await world.iot.addRule({
      name: nextName("rule"),
      enabled: true,
      sql: "SELECT * FROM 'a'",
      sqlVersion: "2016-03-23",
      sqs: [{ queueUrl: queue.url, roleArn, useBase64: false }],
    });
    const ended = disconnected(world.device);
    await world.device.publishAsync("a", '{"n":1}', { qos: 1 });
    await world.iot.stop();
    assert.deepEqual(await queue.drain(), ['{"n":1}']);
    await ended;
    await assert.rejects(fetch(world.iot.dataEndpoint));
  });

  it("can be stopped twice", async () => {
    await world.iot.stop();
    await world.iot.stop();
  });

  it("leaves nothing open that would keep the process alive", async () => {
    const Principal = { Service: "iot.amazonaws.com" };
    const roleArn = await world.role([{ Action: "iot:Publish", Resource: "*" }], {
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal, Action: "sts:AssumeRole" },
    });
    const account = JSON.stringify(world.clients.account);
    const program = path.join(__dirname, "start-and-stop.ts");
    const child = spawn(
      process.execPath,
      ["-r", "./local/register.js", program, account, roleArn],
      { stdio: "ignore" },
    );
    const [code] = (await once(child, "exit")) as [number | null];
    assert.equal(code, 0);
  });
});
