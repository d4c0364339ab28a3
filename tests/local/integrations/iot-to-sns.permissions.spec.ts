import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import { keptWithout, lostWithout, type RuleUnderTest } from "./error-actions";
import { eventually, one } from "./eventually";
import { assertLogged, refused, refusedBy } from "./functions";
import { alerted, alertsOf } from "./inbox";
import { redrive } from "./operator";
import { assertDenied, denialWarned, without } from "./permissions";
import { held, quarantinedFrom, setAside, setAsideFrom, type SetAside } from "./queues";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

const integration = "iot-to-sns";
const rule = "iot-to-sns-critical-rule";
const formatter = "iot-to-sns-formatter";
const role = `${formatter}-role`;

describeDenials(["iot-to-sns"], ({ denied, unseen }) => {
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-sns");
    await world.deployment.idle();
  });

  const critical = (device: string) => readingOf(device, { status: "critical" });
  const toTopic: RuleUnderTest = {
    rule,
    integration,
    message: critical,
    arrived: (device) => alerted(world, device),
  };

  /** Publishes while a statement is missing; answers Lambda's record of the invocation that failed three times. */
  async function failedWithout(
    statement: string,
    name: string,
    payload: Buffer | object,
  ): Promise<SetAside> {
    const device = await world.device(name);
    const bytes = await without(world, [statement], async () => {
      const sent = await device.publish(payload);
      await setAside(world, integration, name);
      return sent;
    });
    const kept = await setAside(world, integration, name);
    assert.deepEqual(kept.sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
    const { condition, approximateInvokeCount } = kept.body.requestContext as Json;
    assert.deepEqual([condition, approximateInvokeCount], ["RetriesExhausted", 3]);
    assert.match(
      String((kept.body.responsePayload as Json).errorMessage),
      /^1 of 1 messages failed/,
    );
    assert.deepEqual(alertsOf(world, name), []);
    return kept;
  }

  denied(`${rule}-role/PublishToTopic`, "the rule keeps what the topic does not take", async () => {
    const device = "no-publish-critical";
    const [statement, failedAction, action] = ["PublishToTopic", "SnsAction", "sns:Publish"];
    await keptWithout(world, toTopic, { statement, failedAction, action, device });
    assert.deepEqual(alertsOf(world, device), []);
  });

  denied(
    `${rule}-role/SendToQueueOnError`,
    "what the topic does not take is lost, and counted",
    () => lostWithout(world, toTopic, "PublishToTopic"),
  );

  denied(`${role}/PublishToTopic`, "the failed invocation is kept", async () => {
    const since = Date.now();
    const name = "no-publish-alert";
    await failedWithout(`${role}/PublishToTopic`, name, critical(name));
    const logEntry = {
      since,
      message: "alert not sent",
      error: /^AuthorizationError.* sns:Publish /,
    };
    await assertLogged(world, formatter, logEntry);
  });

  denied(
    `${role}/DecideByGate`,
    "the failed invocation is kept, and no alert is sent twice",
    async () => {
      const since = Date.now();
      const name = "no-decide-by-gate";
      await failedWithout(`${role}/DecideByGate`, name, critical(name));
      const logEntry = {
        since,
        message: "alert not sent",
        // Lambda may still retry readings of other tests.
        deviceId: name,
        error: /^AccessDenied.* dynamodb:BatchGetItem /,
      };
      await assertLogged(world, formatter, logEntry);
    },
  );

  denied(`${role}/Quarantine`, "an invalid message's invocation is kept", async () => {
    const since = Date.now();
    const name = "no-quarantine-sns";
    await failedWithout(`${role}/Quarantine`, name, { status: "critical" });
    const logEntry = {
      since,
      message: "the quarantine is out of reach",
      error: /^AccessDenied.* sqs:SendMessage/,
    };
    await assertLogged(world, formatter, logEntry);
  });

  denied(
    `${role}/SetAsideFailures`,
    "a failed invocation is kept by Lambda until it is back",
    async () => {
      const device = await world.device("no-set-aside-failures");
      await without(world, [`${role}/SetAsideFailures`, `${role}/PublishToTopic`], async () => {
        const warned = denialWarned(world, "subscription", "sqs:SendMessage");
        await device.publish(critical(device.name));
        assertDenied(messageOf(await warned), "sqs:SendMessage");
        assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
      });
      await alerted(world, device.name);
    },
  );

  unseen(
    {
      [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself",
      [`${role}/EncryptForTopic`]: "the emulator does not encrypt topics",
      [`${rule}-role/EncryptForTopic`]: "the emulator does not encrypt topics",
    },
    async () => {
      const device = await world.device("unseen-sns");
      await device.publish(critical(device.name));
      await alerted(world, device.name);
    },
  );

  it("has every message in its sink after the redrive, exactly once", async () => {
    const before = await refusedBy(world, formatter, "no-quarantine-sns");
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "4 redriven, 0 left"], lines.join("\n"));
    await world.deployment.idle();
    for (const device of ["no-publish-critical", "no-publish-alert", "no-decide-by-gate"])
      await alerted(world, device);
    const entry = await eventually("the invalid message in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, "no-quarantine-sns")),
    );
    assert.equal(entry.reason, "missing-field");
    // Other integrations have quarantined it, too.
    const reasons = await refused(world, formatter, "no-quarantine-sns", before.length + 1);
    assert.deepEqual([...new Set(reasons)], ["missing-field"]);
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });
});

type Json = Record<string, unknown>;

const messageOf = (event: object): string =>
  "message" in event && typeof event.message === "string" ? event.message : "";
