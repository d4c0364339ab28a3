import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { createClients } from "../../../local/aws/clients";
import { admitVisitor } from "../../../local/devices/visitor";
import { startIotCore } from "../../../local/services/iot-core/iot-core";
import { createTrace } from "../../../local/trace";
import { account, connect, devicePolicy } from "../services/iot-core/devices";

describe("a visitor", () => {
  it("publishes with the files that it is given, and leaves none behind", async () => {
    const trace = createTrace();
    const clients = createClients(account);
    const iotCore = await startIotCore({ clients, trace });
    iotCore.addDevicePolicy(devicePolicy);
    const folder = path.join(process.cwd(), ".local", `visitor-${process.pid}`);
    const visitor = await admitVisitor({
      iotCore,
      folder,
      policyName: devicePolicy.name,
      topicPrefix: "devices",
    });
    const given = (option: string): string =>
      new RegExp(`${option} (\\S+)`).exec(visitor.command)?.[1] ?? "";
    const read = (option: string): string => fs.readFileSync(given(option), "utf8");

    const published = trace.until("the visitor's message", ({ kind }) => kind === "published");
    const client = await connect(`mqtts://${given("-h")}:${given("-p")}`, given("-i"), {
      ca: read("--cafile"),
      cert: read("--cert"),
      key: read("--key"),
    });
    await client.publishAsync(given("-t"), "hello", { qos: 1 });
    assert.deepEqual(await published, {
      kind: "published",
      topic: "devices/visitor/telemetry",
      payload: Buffer.from("hello"),
      clientId: "visitor",
    });
    assert.equal(fs.statSync(given("--key")).mode & 0o777, 0o600);

    await client.endAsync(true);
    visitor.leave();
    assert.equal(fs.existsSync(folder), false);
    await iotCore.stop();
    clients.destroy();
  });
});
