import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  FilterLogEventsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { IAMClient, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { installMilliseconds } from "../../support/emulator";
import { connect, disconnected, identity } from "../services/iot-core/devices";
import { describeDenials } from "./denials";
import { allStatements, denialWarned, without } from "./permissions";
import { deployed, type World } from "./world";

let world: World;

async function deploy(this: Mocha.Context): Promise<void> {
  this.timeout(installMilliseconds);
  world = await deployed();
}

/** A device publishes for another one, which is refused and, if permitted, logged. */
async function pretend(thing: string): Promise<void> {
  const { iotCore } = world.platform;
  const credentials = await iotCore.addThing(thing, [world.outputs.devicePolicyName]);
  const client = await connect(iotCore.mqttUrl, thing, identity(credentials));
  const ended = disconnected(client);
  client.publish(`${world.outputs.topicPrefix}/another/telemetry`, "{}", { qos: 1 });
  await ended;
  await iotCore.idle();
}

/** The same, again and again until the log refuses it: a permission that was taken away may count for another second. */
async function pretendUntilDenied(
  thing: string,
  action: string,
  prepare: () => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  let isDenied = false;
  void denialWarned(world, "iot-core", action).then(() => (isDenied = true));
  for (let attempt = 0; ; attempt += 1) {
    const name = `${thing}-${attempt}`;
    await prepare();
    await pretend(name);
    if (isDenied) return name;
  }
}

async function deleteLogGroup(): Promise<void> {
  const logs = world.platform.clients.get(CloudWatchLogsClient);
  try {
    await logs.send(new DeleteLogGroupCommand({ logGroupName: "AWSIotLogsV2" }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

/** The log entries of AWS IoT about a client. */
async function loggedOf(clientId: string): Promise<Record<string, unknown>[]> {
  const { events = [] } = await world.platform.clients
    .get(CloudWatchLogsClient)
    .send(new FilterLogEventsCommand({ logGroupName: "AWSIotLogsV2" }));
  return events
    .map(({ message = "{}" }) => JSON.parse(message) as Record<string, unknown>)
    .filter((entry) => entry.clientId === clientId);
}

describeDenials(["account-iot-logging"], ({ denied }) => {
  before(deploy);

  denied(
    "account-iot-logging-role/CreateLogGroup",
    "AWS IoT has no log group until the permission is back",
    async () => {
      const unlogged = await without(world, ["account-iot-logging-role/CreateLogGroup"], () =>
        pretendUntilDenied("pretender-without-group", "logs:CreateLogGroup", deleteLogGroup),
      );
      await pretend("pretender-with-group");
      assert.equal((await loggedOf("pretender-with-group")).length, 1);
      assert.deepEqual(await loggedOf(unlogged), []);
    },
  );

  denied(
    "account-iot-logging-role/WriteLogs",
    "AWS IoT has no log of what it refuses",
    async () => {
      const unlogged = await without(world, ["account-iot-logging-role/WriteLogs"], () =>
        pretendUntilDenied("pretender-unlogged", "logs:"),
      );
      assert.deepEqual(await loggedOf(unlogged), []);
      await pretend("pretender-logged");
      const [entry] = await loggedOf("pretender-logged");
      assert.equal(entry?.eventType, "Publish-In");
      assert.match(String(entry.resource), /:topic\/devices\/another\/telemetry$/);
    },
  );
});

describe("the roles of the program", () => {
  before(deploy);

  it("each have a spec that takes its statements away", () => {
    const owned = fs
      .readdirSync(__dirname)
      .filter((file) => file.endsWith(".spec.ts"))
      .map((file) => fs.readFileSync(path.join(__dirname, file), "utf8"))
      .flatMap(
        (text) => /describeDenials\(\s*\[([^\]]+)\]/.exec(text)?.[1]?.match(/[\w-]+/g) ?? [],
      );
    const isOwned = (statement: string) =>
      owned.some((beginning) => statement.startsWith(`${beginning}-`));
    assert.deepEqual(
      allStatements(world).filter((statement) => !isOwned(statement)),
      [],
    );
  });

  it("can be assumed for their own rule only", async () => {
    const rules = world.deployment.resources.filter(
      ({ type }) => type === "aws:iot/topicRule:TopicRule",
    );
    assert.ok(rules.length >= 4);
    const iam = world.platform.clients.get(IAMClient);
    for (const { name, plain } of rules) {
      const role = world.resource("aws:iam/role:Role", `${name}-role`).plain;
      const trust = role.assumeRolePolicy as string;
      const rule = plain.name as string;
      assert.ok(trust.includes(`:rule/${rule}"`), trust);
      const write = (PolicyDocument: string) =>
        iam.send(
          new UpdateAssumeRolePolicyCommand({ RoleName: role.name as string, PolicyDocument }),
        );
      await write(trust.replace(`:rule/${rule}"`, `:rule/${rule}_sibling"`));
      const again = () => world.platform.iotCore.addRule(plain as never);
      await assert.rejects(again(), { name: "AccessDenied" });
      await write(trust);
      await assert.rejects(again(), { message: /^There is a rule \S+ already/ });
    }
  });
});
