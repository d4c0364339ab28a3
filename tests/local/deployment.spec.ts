import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { deployProgram, startPlatform, type Alter, type Platform } from "../../local/deployment";
import { directory, installMilliseconds, python } from "../support/emulator";
import { running } from "./checkout";
import { createDevice } from "./integrations/device";
import { eventually } from "./integrations/eventually";
import { setAside } from "./integrations/queues";
import { readingOf } from "./integrations/readings";
import { stateAt } from "./integrations/tables";
import { deployed, type Outputs, type World } from "./integrations/world";

/** The message of the error that a deployment ends with. */
const refused = (platform: Platform, stack: string, alter?: Alter): Promise<string> =>
  deployProgram(platform, stack, alter).then(
    () => assert.fail(`Stack ${stack} was deployed.`),
    (error: Error) => error.message,
  );

const queuesOf = async ({ clients }: Platform, QueueNamePrefix: string): Promise<string[]> => {
  const answer = await clients.get(SQSClient).send(new ListQueuesCommand({ QueueNamePrefix }));
  return answer.QueueUrls ?? [];
};

describe("a deployment on this machine", function () {
  this.timeout(120_000);
  const platforms: Platform[] = [];

  const start = async (where = directory): Promise<Platform> => {
    const region = "eu-central-1";
    const platform = await startPlatform({ directory: where, python: await python(), region });
    platforms.push(platform);
    return platform;
  };

  before(async function () {
    this.timeout(installMilliseconds);
    await python();
  });
  afterEach(async () => {
    for (const platform of platforms.splice(0)) {
      await platform.stop();
      const { processGroup } = platform.emulator;
      await eventually("its processes to end", () => running(processGroup).length === 0);
    }
  });

  it("refuses a bad setting with the program's own sentence, before anything is made", async () => {
    // A copy of the program has stacks of its own; below the project it finds the packages.
    const copy = fs.mkdtempSync(path.join(directory, ".local/program-"));
    for (const part of ["Pulumi.yaml", "index.ts", "components", "functions"])
      fs.cpSync(path.join(directory, part), path.join(copy, part), { recursive: true });
    const settings = fs.readFileSync(path.join(directory, "Pulumi.local.yaml"), "utf8");
    const platform = await start(copy);
    /** What is said of the local stack's settings when one of them is another. */
    const refusedWith = (stack: string, setting: string, instead: string): Promise<string> => {
      assert.ok(settings.includes(setting));
      const file = path.join(copy, `Pulumi.${stack}.yaml`);
      fs.writeFileSync(file, settings.replace(setting, instead));
      return refused(platform, stack);
    };
    assert.match(
      await refusedWith("unknown", "- iot-to-sqs", "- iot-to-nowhere"),
      /^Configuration iot-integrations:integrations\[2\] is "iot-to-nowhere"; it must be one of [a-z, -]+\. Set it in Pulumi\.unknown\.yaml\.$/,
    );
    assert.equal(
      await refusedWith("email", "night-shift@example.com", "nobody"),
      'Configuration iot-integrations:alertEmails[0] is "nobody"; it must be an email address. Set it in Pulumi.email.yaml.',
    );
    assert.equal(
      await refusedWith("type", "iotLogging: true", 'iotLogging: "yes"'),
      "Stack 'type' with configuration key 'iot-integrations:iotLogging' must be of type 'boolean': mend it in Pulumi.type.yaml.",
    );
    assert.deepEqual(await queuesOf(platform, ""), []);
    fs.rmSync(copy, { recursive: true, force: true });
  });

  it("refuses a type that it has no provisioner for, and leaves no connection behind", async () => {
    const platform = await start();
    const alter: Alter = (resource) =>
      resource.name === "iot-to-sns-to-https-https://tickets.example.com/alerts"
        ? { ...resource, type: "aws:pinpoint/app:App" }
        : resource;
    assert.equal(
      await refused(platform, "local", alter),
      "The local run cannot create iot-to-sns-to-https-https://tickets.example.com/alerts of type aws:pinpoint/app:App: add a provisioner in local/provisioners/pinpoint.ts.",
    );
    // Each subscription and mapping that had begun holds its messages in a queue of its own, which goes with it.
    assert.deepEqual(await queuesOf(platform, "local-"), []);
  });

  it("refuses a rule whose role trusts another rule", async () => {
    const platform = await start();
    const alter: Alter = (resource) => {
      if (resource.name !== "iot-to-sqs-rule-role" || resource.type !== "aws:iam/role:Role")
        return resource;
      const trust = (resource.plain.assumeRolePolicy as string).replace("_rule", "_sibling");
      return { ...resource, plain: { ...resource.plain, assumeRolePolicy: trust } };
    };
    assert.match(
      await refused(platform, "local", alter),
      /^aws:iot\/topicRule:TopicRule iot-to-sqs-rule could not be created \(AccessDenied\): The trust policy of the role refuses: /,
    );
  });

  it("runs with the permissions that its roles were deployed with, and no others", async () => {
    const platform = await start();
    const missing: Record<string, string> = {
      "iot-to-dynamodb-history-rule-role-permissions": "PutItem",
      "iot-to-sns-critical-rule-role-permissions": "PublishToTopic",
      "iot-to-sqs-rule-role-permissions": "SendToQueue",
    };
    const alter: Alter = (resource) => {
      const lacks = missing[resource.name];
      if (lacks === undefined) return resource;
      const document = JSON.parse(resource.plain.policy as string) as {
        Statement: { Sid: string }[];
      };
      const Statement = document.Statement.filter(({ Sid }) => Sid !== lacks);
      assert.equal(Statement.length, document.Statement.length - 1);
      const policy = JSON.stringify({ ...document, Statement });
      return { ...resource, plain: { ...resource.plain, policy } };
    };
    const deployment = await deployProgram(platform, "local", alter);
    const outputs = deployment.outputs as unknown as Outputs;
    const world = { platform, deployment, outputs } as World;
    const device = await createDevice(platform, outputs, "pump-7");
    const reading = readingOf(device.name, { status: "critical" });
    const bytes = await device.publish(reading);
    for (const integration of ["iot-to-dynamodb", "iot-to-sns", "iot-to-sqs"]) {
      const { sent, body } = await setAside(world, integration, device.name);
      assert.deepEqual(sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
      assert.match(JSON.stringify(body.failures), /is not authorized to perform/);
    }
    await stateAt(world, device.name, reading.timestamp);
    await device.end();
    await deployment.stop();
  });
});

describe("the deployed program", () => {
  it("says in a sentence each what this machine cannot honour", async function () {
    this.timeout(installMilliseconds);
    const { notHonoured } = (await deployed()).deployment;
    for (const sentence of notHonoured) assert.match(sentence, /^[A-Z].*\.$/s);
    const node = process.versions.node;
    for (const sentence of [
      "Alarms exist but do not fire here: no service reports its metrics.",
      "Queues are not encrypted at rest here; the setting is kept.",
      "Objects, items and messages do not expire while this runs.",
      "Streams do not scale here and are not encrypted at rest; they have a fixed number of shards.",
      "Tables cannot be restored to a point in time here, nor are they encrypted at rest.",
      "Topics are not encrypted here, so a missing permission on a key does not show.",
      `Functions run on this machine's Node ${node} and processor, not on nodejs24.x for arm64.`,
    ])
      assert.ok(notHonoured.includes(sentence), `"${sentence}" is not among them.`);
  });
});
