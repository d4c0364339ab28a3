import { ListQueuesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";
import { deployProgram, type Alter, type Deployment } from "../../local/deployment";
import { startPlatform, type Platform } from "../../local/platform";
import { startAlarmEvaluation } from "../../local/services/cloudwatch/alarm-evaluation";
import type { MetricAlarmInputs } from "../../local/services/cloudwatch/watch";
import { readStackOutputs } from "../../operations/stack-outputs";
import { python } from "../support/account";
import { directory, installMilliseconds } from "../support/emulator";
import { running } from "./checkout";
import { createDevice } from "./integrations/device";
import { eventually } from "./integrations/eventually";
import { setAside } from "./integrations/queues";
import { readingOf } from "./integrations/readings";
import { stateAt } from "./integrations/tables";
import { deployed, type World } from "./integrations/world";

/** The deployed program: a copy, so that it has its own stacks. */
function copyProgram(): string {
  const copy = fs.mkdtempSync(path.join(directory, ".local/program-"));
  for (const part of [
    "Pulumi.yaml",
    "index.ts",
    "config.ts",
    "components",
    "functions",
    "iam",
    "reading",
  ])
    fs.cpSync(path.join(directory, part), path.join(copy, part), { recursive: true });
  fs.symlinkSync(path.join(directory, "node_modules"), path.join(copy, "node_modules"));
  return copy;
}

const queuesOf = async ({ clients }: Platform, QueueNamePrefix?: string): Promise<string[]> => {
  const answer = await clients.get(SQSClient).send(new ListQueuesCommand({ QueueNamePrefix }));
  return answer.QueueUrls ?? [];
};

describe("a local deployment", function () {
  this.timeout(120_000);
  let copy: string;
  let platform: Platform;

  before(() => void (copy = copyProgram()));
  after(() => fs.rmSync(copy, { recursive: true }));
  beforeEach(async function () {
    this.timeout(installMilliseconds);
    const region = "eu-central-1";
    platform = await startPlatform({ directory: copy, python: await python(), region });
  });
  afterEach(async () => {
    await platform.stop();
    const { processGroup } = platform.emulator;
    await eventually("its processes to end", () => running(processGroup).length === 0);
  });

  /** Makes a stack with the local one's settings but these. */
  function makeStack(name: string, changes: Record<string, unknown>): void {
    const text = fs.readFileSync(path.join(directory, "Pulumi.local.yaml"), "utf8");
    const { config } = yaml.parse(text) as { config: Record<string, unknown> };
    for (const [key, value] of Object.entries(changes))
      config[key.includes(":") ? key : `iot-integrations:${key}`] = value;
    fs.writeFileSync(path.join(copy, `Pulumi.${name}.yaml`), yaml.stringify({ config }));
  }

  /** The error of a failed deployment. */
  const refused = (stack: string, alter?: Alter): Promise<string> =>
    deployProgram(platform, stack, alter).then(
      () => assert.fail(`Stack ${stack} was deployed.`),
      (error: Error) => error.message,
    );

  it("rejects an invalid setting with the program's message, before anything is created", async () => {
    makeStack("unknown", { integrations: ["iot-to-sqs", "iot-to-nowhere"] });
    makeStack("email", { "iot-to-sns:emails": ["nobody"] });
    makeStack("type", { iotLogging: "yes" });
    assert.match(
      await refused("unknown"),
      /^Configuration iot-integrations:integrations\[1\] is "iot-to-nowhere"; it must be one of [a-z, -]+\. Set it in Pulumi\.unknown\.yaml\.$/,
    );
    assert.equal(
      await refused("email"),
      'Configuration iot-to-sns:emails[0] is "nobody"; it must be an email address. Set it in Pulumi.email.yaml.',
    );
    assert.equal(
      await refused("type"),
      "Stack 'type' with configuration key 'iot-integrations:iotLogging' must be of type 'boolean': correct it in Pulumi.type.yaml.",
    );
    assert.deepEqual(await queuesOf(platform), []);
  });

  it("rejects a type without a provisioner, and leaves no connection open", async () => {
    makeStack("gap", { integrations: ["iot-to-sns"] });
    const name = "iot-to-sns-to-https-77254688";
    const alter: Alter = (resource) =>
      resource.name === name ? { ...resource, type: "aws:pinpoint/app:App" } : resource;
    assert.equal(
      await refused("gap", alter),
      `The local run cannot create ${name} of type aws:pinpoint/app:App: add a provisioner in local/services/pinpoint.`,
    );
    // Each subscription that had begun holds its messages in a queue of its own, which goes with it.
    assert.deepEqual(await queuesOf(platform, "local-"), []);
  });

  it("refuses a rule whose role trusts another rule", async () => {
    makeStack("trust", { integrations: ["iot-to-sqs"] });
    const alter: Alter = (resource) => {
      if (resource.name !== "iot-to-sqs-rule-role" || resource.type !== "aws:iam/role:Role")
        return resource;
      const trust = resource.plain.assumeRolePolicy as string;
      const assumeRolePolicy = trust.replace(/(?<=:rule\/\w+)_rule"/, '_sibling"');
      assert.notEqual(assumeRolePolicy, trust);
      return { ...resource, plain: { ...resource.plain, assumeRolePolicy } };
    };
    assert.match(
      await refused("trust", alter),
      /^aws:iot\/topicRule:TopicRule iot-to-sqs-rule could not be created \(AccessDenied\): The trust policy of the role refuses: /,
    );
  });

  /** Names of the alarms that fire on what is in the platform's queues now. */
  async function firing({ resources }: Deployment): Promise<string[]> {
    const { clients, trace } = platform;
    const alarms = resources
      .filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
      .map(({ plain }) => plain as unknown as MetricAlarmInputs);
    const fired: string[] = [];
    trace.on((event) => {
      if (event.kind === "alarm" && event.state === "ALARM") fired.push(event.alarm);
    });
    const ruleMetrics = () => platform.iotCore.metrics();
    const args = { clients, trace, alarms, ruleMetrics, intervalMilliseconds: 0 };
    const evaluation = startAlarmEvaluation(args);
    await evaluation.idle();
    await evaluation.stop();
    return [...new Set(fired)].sort();
  }

  it("has no alarm on after a fresh start, unlike one with a test message of S3", async () => {
    makeStack("fresh", { integrations: ["iot-to-dynamodb"], iotLogging: false });
    const deployment = await deployProgram(platform, "fresh");
    await deployment.idle();
    assert.deepEqual(await firing(deployment), []);
    const failures = "iot-integrations-fresh-iot-to-dynamodb-failures";
    const [QueueUrl] = await queuesOf(platform, failures);
    const MessageBody = JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent" });
    await platform.clients.get(SQSClient).send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const depths = (await firing(deployment)).filter((name) => name.endsWith("-depth"));
    assert.deepEqual(depths, [`${failures}-depth`]);
    await deployment.stop();
  });

  it("runs with exactly the deployed permissions of its roles", async () => {
    const integrations = ["iot-to-dynamodb", "iot-to-sns", "iot-to-sqs"];
    makeStack("denied", { integrations });
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
    const deployment = await deployProgram(platform, "denied", alter);
    const outputs = readStackOutputs(deployment.outputs);
    const world = { platform, deployment, outputs } as World;
    const device = await createDevice(platform, outputs, "pump-7");
    const reading = readingOf(device.name, { status: "critical" });
    const bytes = await device.publish(reading);
    for (const integration of integrations) {
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
  it("lists in one sentence each the settings without effect", async function () {
    this.timeout(installMilliseconds);
    const { notHonoured } = (await deployed()).deployment;
    for (const sentence of notHonoured) assert.match(sentence, /^[A-Z].*\.$/s);
    for (const sentence of [
      "Alarms on AWS/ApiGateway 5xx do not fire here: the emulator keeps no record of what APIs answer.",
      "Queues are not encrypted at rest here; the setting is kept.",
      "Objects, items and messages do not expire while this runs.",
      "Streams do not scale here and are not encrypted at rest; they have a fixed number of shards.",
      "Tables cannot be restored to a point in time here, nor are they encrypted at rest.",
      "Topics are not encrypted here, so a missing permission on a key does not show.",
    ])
      assert.ok(notHonoured.includes(sentence), `"${sentence}" is not among them.`);
    const processor = "Functions run on this machine's processor, x86_64, not on arm64.";
    assert.equal(notHonoured.includes(processor), process.arch !== "arm64");
    assert.deepEqual(
      notHonoured.filter((sentence) => sentence.includes("Node")),
      [],
    );
  });
});
