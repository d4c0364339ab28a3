import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { assumeRole } from "../../../local/aws/assume-role";
import type { Credentials } from "../../../local/aws/clients";
import { installMilliseconds } from "../../support/emulator";
import { trustIot } from "../services/iot-core/world";
import { testedClients, type ConnectedClient, type TestedClient } from "./mqtt-clients";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

describe("clients of MQTT on this machine", function () {
  this.timeout(120_000);
  let world: World;
  let folder: string;

  before(async function () {
    this.timeout(installMilliseconds);
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "mqtt-clients-"));
    world = await deployed("iot-to-sqs");
    await world.deployment.idle();
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const arn = (resource: string): string => `arn:aws:iot:eu-central-1:123456789012:${resource}`;

  /** Credentials of a role with the permissions that the program's policy gives to a device. */
  async function sessionOf(name: string): Promise<Credentials> {
    const { clients, iotCore } = world.platform;
    const { topicPrefix } = world.outputs;
    const iam = clients.get(IAMClient);
    const statements = [
      ["iot:Connect", `client/${name}`],
      ["iot:Publish", `topic/${topicPrefix}/${name}/telemetry`],
      ["iot:Subscribe", `topicfilter/${topicPrefix}/${name}/acks`],
      ["iot:Receive", `topic/${topicPrefix}/${name}/acks`],
    ].map(([Action, resource = ""]) => ({ Effect: "Allow", Action, Resource: arn(resource) }));
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify(trustIot()),
      }),
    );
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: name,
        PolicyName: "device",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
      }),
    );
    const credentials = await assumeRole(clients, {
      roleArn: Role?.Arn ?? "",
      servicePrincipal: "iot.amazonaws.com",
      sourceArn: arn("rule/any"),
    });
    await iotCore.introduce(credentials);
    return credentials;
  }

  async function open({ id, open: connect }: TestedClient): Promise<{
    name: string;
    client: ConnectedClient;
  }> {
    const name = `client-${id}`;
    const { iotCore } = world.platform;
    const device = await iotCore.addThing(name, [world.outputs.devicePolicyName]);
    for (const [file, text] of [
      ["ca.pem", device.ca],
      ["cert.pem", device.certificate],
      ["key.pem", device.privateKey],
    ] as const)
      fs.writeFileSync(path.join(folder, file), text, { mode: 0o600 });
    const portOf = (url: string): number => Number(new URL(url).port);
    const client = await connect({
      name,
      mqttPort: portOf(iotCore.mqttUrl),
      websocketPort: portOf(iotCore.websocketUrl),
      device,
      credentials: await sessionOf(name),
      folder,
    });
    return { name, client };
  }

  for (const tested of testedClients)
    it(`${tested.name}: acknowledged through the worker, and refused another device's topic`, async function () {
      if (tested.missing !== undefined) {
        console.warn(`The test of ${tested.name} is skipped: ${tested.missing}.`);
        this.skip();
      }
      const { name, client } = await open(tested);
      const { topicPrefix } = world.outputs;
      const reading = readingOf(name);
      const topic = (device: string): string => `${topicPrefix}/${device}/telemetry`;
      const answer = await client.exchange(
        topic(name),
        JSON.stringify(reading),
        `${topicPrefix}/${name}/acks`,
      );
      const { timestamp, status } = JSON.parse(answer) as Record<string, unknown>;
      assert.deepEqual({ timestamp, status }, { timestamp: reading.timestamp, status: "accepted" });
      const refused = world.platform.trace.until(
        "the refusal",
        (event) => event.kind === "refused" && event.clientId === name,
      );
      assert.match(await client.refused(topic("another")), tested.refusal);
      const event = await refused;
      assert.equal("resource" in event && event.resource, arn(`topic/${topic("another")}`));
      await client.end();
      await world.deployment.idle();
    });
});
