import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import { keptWithout, lostWithout, type RuleUnderTest } from "./error-actions";
import { eventually, one } from "./eventually";
import { assertLogged } from "./functions";
import { redrive } from "./operator";
import { without } from "./permissions";
import { held, quarantinedFrom, setAside } from "./queues";
import { readingOf } from "./readings";
import {
  deployedDirectly,
  eventsOf,
  impatient,
  indexed,
  integration,
  putToken,
  sender,
} from "./splunk";
import type { World } from "./world";

const rule = "iot-to-splunk-rule";
const role = `${sender}-role`;

describeDenials(
  [integration],
  ({ denied, unseen }) => {
    let world: World;

    before(async function () {
      this.timeout(installMilliseconds);
      world = await deployedDirectly();
      await world.deployment.idle();
    });

    const toQueue: RuleUnderTest = {
      ...{ rule, integration, message: readingOf },
      arrived: (device) => indexed(world, device),
    };

    /** Publishes without a statement until the message is in the failures queue, where the queue itself has moved it. */
    async function redrivenWithout(
      statement: string,
      name: string,
      payload: Buffer | object,
    ): Promise<void> {
      const device = await world.device(name);
      const bytes = await without(world, [statement], () =>
        impatient(world, async () => {
          const sent = await device.publish(payload);
          await setAside(world, integration, name);
          return sent;
        }),
      );
      const kept = await setAside(world, integration, name);
      assert.deepEqual(kept.sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
      assert.deepEqual(eventsOf(world, name), []);
    }

    denied(`${rule}-role/SendToQueue`, "the rule keeps what the queue does not take", async () => {
      const device = "direct-no-send";
      const [statement, failedAction, action] = ["SendToQueue", "SqsAction", "sqs:SendMessage"];
      await keptWithout(world, toQueue, { statement, failedAction, action, device });
      assert.deepEqual(eventsOf(world, device), []);
    });

    denied(
      `${rule}-role/SendToQueueOnError`,
      "what the queue does not take is lost, and counted",
      () => lostWithout(world, toQueue, "SendToQueue"),
    );

    denied(
      `${role}/ReadToken`,
      "the queue sets the message aside after its deliveries",
      async () => {
        const since = Date.now();
        const name = "direct-no-token";
        // A token that the function has kept is of no use any more.
        world.platform.splunk.rotate();
        await putToken(world);
        await redrivenWithout(`${role}/ReadToken`, name, readingOf(name));
        await assertLogged(world, sender, {
          ...{ since, message: "events not accepted" },
          error: /AccessDenied.* secretsmanager:GetSecretValue/,
        });
      },
    );

    denied(`${role}/Quarantine`, "the queue sets an invalid message aside", async () => {
      const name = "direct-no-quarantine";
      await redrivenWithout(`${role}/Quarantine`, name, Buffer.from([0xff]));
      assert.deepEqual(await quarantinedFrom(world, integration, name), []);
    });

    denied(`${role}/ConsumeQueue`, "the queue is not connected to the sender", async () => {
      const mapping = world.deployment.resources.find(
        ({ type }) => type === "aws:lambda/eventSourceMapping:EventSourceMapping",
      );
      assert.ok(mapping);
      await without(world, [`${role}/ConsumeQueue`], () =>
        assert.rejects(world.create(mapping), /AccessDenied.*sqs:ReceiveMessage/),
      );
    });

    unseen(
      { [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself" },
      async () => {
        const { name, publish } = await world.device("direct-unseen");
        await publish(readingOf(name));
        await indexed(world, name);
      },
    );

    it("has every message in its sink after the redrive, exactly once", async () => {
      const { code, lines } = await redrive(world, integration);
      assert.deepEqual([code, lines.at(-1)], [0, "3 redriven, 0 left"], lines.join("\n"));
      for (const device of ["direct-no-send", "direct-no-token"]) await indexed(world, device);
      const entry = await eventually("the invalid message in the quarantine", async () =>
        one(await quarantinedFrom(world, integration, "direct-no-quarantine")),
      );
      assert.equal(entry.reason, "not-utf8");
      for (const queue of ["queueUrl", "failuresUrl"])
        assert.deepEqual(await held(world, world.outputs.of[integration]?.[queue]), []);
    });
  },
  deployedDirectly,
);
