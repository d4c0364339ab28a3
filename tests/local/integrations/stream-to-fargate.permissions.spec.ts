import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import { eventually } from "./eventually";
import { redrive } from "./operator";
import { denialWarned, without } from "./permissions";
import { held, quarantinedFrom, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { countedBy, integration, statisticsOf } from "./statistics";
import { deployed, type World } from "./world";

const consumer = "stream-to-fargate-consumer";
const role = `${consumer}-task-role`;

describeDenials(["stream-to-fargate"], ({ denied, unseen }) => {
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("stream-to-fargate");
    await world.deployment.idle();
  });

  /** Publishes a reading while statements are missing; `denied` calls tell what the tasks were refused. */
  async function publishWithout(
    statements: string[],
    device: string,
    actions: string[],
    payload: object = readingOf(device),
  ): Promise<void> {
    const { publish } = await world.device(device);
    await without(
      world,
      statements.map((sid) => `${role}/${sid}`),
      async () => {
        const warned = actions.map((action) => denialWarned(world, "tasks", action));
        await publish(payload);
        await Promise.all(warned);
      },
    );
  }

  denied(`${role}/ReadStream`, "the stream keeps the readings until it is read", async () => {
    const device = "fargate-no-read";
    await publishWithout(["ReadStream"], device, ["kinesis:GetRecords"]);
    await countedBy(world, device, 1);
  });

  denied(
    `${role}/ShareShards`,
    "no task keeps a shard, and the stream keeps the readings",
    async () => {
      const device = "fargate-no-leases";
      await publishWithout(["ShareShards"], device, ["dynamodb:UpdateItem"]);
      await countedBy(world, device, 1);
    },
  );

  denied(`${role}/KeepStatistics`, "the failures queue has what was held in vain", async () => {
    const device = "fargate-no-statistics";
    const { publish } = await world.device(device);
    await without(world, [`${role}/KeepStatistics`], async () => {
      await publish(readingOf(device));
      await eventually("the failures queue to have it", async () => {
        const messages = await setAsideFrom(world, integration, device);
        return messages.length > 0;
      });
    });
    assert.deepEqual((await statisticsOf(world, device)).windows, []);
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    await countedBy(world, device, 1);
    await world.deployment.idle();
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });

  denied(
    `${role}/SetAside`,
    "readings wait in the stream as long as the table takes none",
    async () => {
      const device = "fargate-no-failures";
      await publishWithout(["KeepStatistics", "SetAside"], device, ["sqs:SendMessage"]);
      await countedBy(world, device, 1);
      assert.deepEqual(await setAsideFrom(world, integration, device), []);
    },
  );

  denied(`${role}/Quarantine`, "invalid messages wait in the stream", async () => {
    const device = "fargate-no-quarantine";
    const invalid = { ...readingOf(device), temperature: "hot" };
    await publishWithout(["Quarantine"], device, ["sqs:SendMessage"], invalid);
    await eventually("the quarantine to have it", async () => {
      const found = await quarantinedFrom(world, integration, device);
      return found.length > 0;
    });
  });

  unseen(
    Object.fromEntries(
      ["LogInToRegistry", "PullImage", "WriteLogs"].map((sid) => [
        `${consumer}-execution-role/${sid}`,
        "the local run pulls no image and writes no log group",
      ]),
    ),
    async () => {
      const device = await world.device("fargate-no-execution");
      await device.publish(readingOf(device.name));
      await countedBy(world, device.name, 1);
    },
  );
});
