import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { analyser, integration, logOf, resultsOf, stored } from "./comprehend";
import { describeDenials } from "./denials";
import { keptWithout, lostWithout, type RuleUnderTest } from "./error-actions";
import { eventually, one } from "./eventually";
import { assertLogged } from "./functions";
import { redrive } from "./operator";
import { without } from "./permissions";
import { held, quarantinedFrom, setAside, setAsideFrom } from "./queues";
import { deployed, type World } from "./world";

const rule = "iot-to-comprehend-rule";
const role = `${analyser}-role`;
const message = () => logOf("All is well.", { language: "en" });

describeDenials(["iot-to-comprehend"], ({ denied, unseen }) => {
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-comprehend");
    await world.deployment.idle();
  });

  const toQueue: RuleUnderTest = {
    ...{ rule, integration, channel: "logs", message },
    arrived: (device) => stored(world, device),
  };

  /** Publishes without a statement until the analyser has failed for it, and stored nothing. The queue delivers the message again. */
  async function returnedWithout(
    statement: string,
    name: string,
    payload: Buffer | object,
    log: { message: string; error: RegExp },
  ): Promise<void> {
    const device = await world.device(name);
    const since = Date.now();
    await without(world, [`${role}/${statement}`], async () => {
      await device.publish(payload, "logs");
      await assertLogged(world, analyser, { since, ...log });
    });
    assert.deepEqual(await resultsOf(world, name), []);
    assert.deepEqual(await setAsideFrom(world, integration, name), []);
  }
  const unreachable = "the quarantine is out of reach";

  denied(`${rule}-role/SendToQueue`, "the rule keeps what the queue does not take", async () => {
    const device = "comprehend-no-send";
    const [statement, failedAction, action] = ["SendToQueue", "SqsAction", "sqs:SendMessage"];
    await keptWithout(world, toQueue, { statement, failedAction, action, device });
    assert.deepEqual(await resultsOf(world, device), []);
  });

  denied(
    `${rule}-role/SendToQueueOnError`,
    "what the queue does not take is lost, and counted",
    () => lostWithout(world, toQueue, "SendToQueue"),
  );

  denied(`${role}/Analyse`, "the queue delivers the message again", () =>
    returnedWithout("Analyse", "comprehend-no-analysis", message(), {
      message: "texts not analysed",
      error: /AccessDenied.* comprehend:BatchDetectSentiment/,
    }),
  );

  denied(`${role}/Store`, "the queue delivers the message again", () =>
    returnedWithout("Store", "comprehend-no-store", message(), {
      message: "results not stored",
      error: /AccessDenied.* dynamodb:BatchWriteItem/,
    }),
  );

  denied(`${role}/Quarantine`, "the queue delivers an invalid message again", () =>
    returnedWithout("Quarantine", "comprehend-no-quarantine", logOf(" "), {
      message: unreachable,
      error: /AccessDenied.* sqs:SendMessage/i,
    }),
  );

  denied(`${role}/SetAside`, "the queue delivers a refused message again", async () => {
    world.platform.comprehend.refuseText("Refused without");
    const refused = logOf("Refused without a place to go.", { language: "en" });
    await returnedWithout("SetAside", "comprehend-no-set-aside", refused, {
      message: unreachable,
      error: /AccessDenied.* sqs:SendMessage/i,
    });
  });

  denied(`${role}/ConsumeQueue`, "the queue is not connected to the analyser", async () => {
    const mapping = world.deployment.resources.find(
      ({ type, plain }) =>
        type === "aws:lambda/eventSourceMapping:EventSourceMapping" &&
        String(plain.eventSourceArn).endsWith("iot-to-comprehend-queue"),
    );
    assert.ok(mapping);
    await without(world, [`${role}/ConsumeQueue`], () =>
      assert.rejects(world.create(mapping), /AccessDenied.*sqs:ReceiveMessage/),
    );
  });

  unseen({ [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself" }, async () => {
    const { name, publish } = await world.device("comprehend-unseen");
    await publish(message(), "logs");
    await stored(world, name);
  });

  it("has every message where it belongs when it is delivered again", async () => {
    for (const device of ["comprehend-no-analysis", "comprehend-no-store"])
      await stored(world, device);
    const entry = await eventually("the invalid message in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, "comprehend-no-quarantine")),
    );
    assert.equal(entry.reason, "empty-text");
    const kept = await setAside(world, integration, "comprehend-no-set-aside");
    assert.equal(kept.body.reason, "refused-by-comprehend");
    world.platform.comprehend.acceptTexts();
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "2 redriven, 0 left"], lines.join("\n"));
    for (const device of ["comprehend-no-send", "comprehend-no-set-aside"])
      await stored(world, device);
    await world.deployment.idle();
    for (const queue of ["queueUrl", "failuresUrl"])
      assert.deepEqual(await held(world, world.outputs.of[integration]?.[queue]), []);
  });
});
