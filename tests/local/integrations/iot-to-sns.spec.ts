import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import * as assert from "node:assert/strict";
import { mutedBy } from "../../../local/audit/gates";
import { installMilliseconds } from "../../support/emulator";
import { removePermission } from "./invocable";
import { eventually, one } from "./eventually";
import { refusedBy, watch } from "./functions";
import { subscribers, alerted, alertsOf } from "./inbox";
import { illegible, unfit } from "./invalid";
import { redrive } from "./operator";
import { assertQuarantined } from "./quarantine";
import { held, quarantinedAs, quarantinedFrom, setAside, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { removeTable } from "./tables";
import { deployed, type World } from "./world";

const integration = "iot-to-sns";
const validator = "iot-to-sns-formatter";

describe("iot-to-sns on this machine", function () {
  this.timeout(120_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-sns");
    await world.deployment.idle();
  });

  const critical = (device: string, changes = {}) =>
    readingOf(device, { status: "critical", ...changes });

  it("sends a critical reading to every subscriber, in the text of its protocol", async () => {
    const device = await world.device("sns-delivery");
    const reading = critical(device.name, {
      temperature: 99.5,
      message: "Öl läuft\naus http://evil.example",
    });
    await device.publish(reading);
    const at = new Date(reading.timestamp).toISOString().replace("T", " ").replace("Z", "");
    const common = {
      topicArn: world.outputs.of["iot-to-sns"]?.alertsTopicArn,
      subject: "Critical: device sns-delivery",
      attributes: {
        deviceId: "sns-delivery",
        timestamp: String(reading.timestamp),
        status: "critical",
      },
    };
    const received = await alerted(world, device.name);
    const byProtocol = new Map(received.map(({ messageId, ...rest }) => [rest.protocol, rest]));
    assert.deepEqual(byProtocol.get("email"), {
      ...common,
      protocol: "email",
      endpoint: subscribers.email,
      text: `Device sns-delivery reports a critical state. It says: "Öl läuft aus http(:)//evil(.)example"\n\nMeasured 99.5 °C, 40 % humidity, 1013.25 hPa.\nTime: ${at} UTC.`,
    });
    assert.deepEqual(byProtocol.get("sms"), {
      ...common,
      protocol: "sms",
      endpoint: subscribers.sms,
      text: `sns-delivery critical: 99.5 C, ${at.slice(0, 16)} UTC. "?l l?uft aus http(:)//evil(.)example"`,
    });
    assert.deepEqual(byProtocol.get("https"), {
      ...common,
      protocol: "https",
      endpoint: subscribers.https,
      text: JSON.stringify({ ...reading, message: "Öl läuft aus http(:)//evil(.)example" }),
    });
  });

  it("sends one alert for a burst of one device, records every other reading, and leaves others their alerts", async () => {
    const [noisy, other] = [await world.device("sns-noisy"), await world.device("sns-other")];
    const watched = watch(world, validator);
    const burst = Array.from({ length: 40 }, () => critical(noisy.name));
    await Promise.all(burst.map((reading) => noisy.publish(reading)));
    await other.publish(critical(other.name));
    await eventually("the formatter to have seen all", () => watched.handled() === 41);
    watched.stop();
    await world.deployment.idle();
    const [alert] = await alerted(world, noisy.name);
    await alerted(world, other.name);
    const { gateTable = "" } = world.outputs.of[integration] ?? {};
    const muted = await mutedBy(world.platform.clients, gateTable);
    assert.deepEqual(
      [...muted].filter((id) => id.startsWith(`${noisy.name}#`)).sort(),
      burst
        .map(({ timestamp }) => `${noisy.name}#${timestamp}`)
        .filter((id) => id !== `${noisy.name}#${alert?.attributes.timestamp}`)
        .sort(),
    );
    assert.deepEqual(await setAsideFrom(world, integration, noisy.name), []);
  });

  it("sends no alert for readings that are not critical", async () => {
    const device = await world.device("sns-calm");
    for (const status of ["ok", "warning"] as const)
      await device.publish(readingOf(device.name, { status }));
    await device.publish(critical(device.name));
    await alerted(world, device.name);
    await world.deployment.idle();
    assert.equal(alertsOf(world, device.name).length, 3);
  });

  it("sends one alert for a condition: repeated, late and further readings are muted, each recorded", async () => {
    const device = await world.device("sns-order");
    const [earlier, later] = [critical(device.name), critical(device.name)];
    const watched = watch(world, validator);
    for (const [index, reading] of [later, later, earlier, later].entries()) {
      await device.publish(reading);
      await eventually("the formatter to have seen it", () => watched.handled() === index + 1);
    }
    await world.deployment.idle();
    const received = await alerted(world, device.name);
    const times = received
      .filter(({ protocol }) => protocol === "sms")
      .map(({ attributes }) => Number(attributes.timestamp));
    assert.deepEqual(times, [later.timestamp]);
    const { gateTable = "" } = world.outputs.of[integration] ?? {};
    const muted = await mutedBy(world.platform.clients, gateTable);
    assert.deepEqual(
      [...muted].filter((id) => id.startsWith(`${device.name}#`)),
      [`${device.name}#${earlier.timestamp}`],
    );
    watched.stop();
  });

  it("quarantines each invalid message for its reason, with its bytes, at the first attempt", async () => {
    const name = "sns-invalid";
    await assertQuarantined(world, { integration, validator }, name, unfit(name, "critical"));
    assert.deepEqual(alertsOf(world, name), []);
  });

  it("does not receive messages that SQL cannot read, which other integrations quarantine", async () => {
    await deployed();
    const device = await world.device("sns-illegible");
    for (const { payload } of illegible(device.name)) await device.publish(payload);
    await eventually("the others to quarantine them", async () => {
      const found = await quarantinedFrom(world, "iot-to-sqs", device.name);
      return found.length === illegible(device.name).length;
    });
    await world.deployment.idle();
    assert.deepEqual(alertsOf(world, device.name), []);
    assert.deepEqual(await refusedBy(world, validator, device.name), []);
    await deployed("iot-to-sns");
  });

  it("quarantines messages that others publish to the topic: uncritical ones, and those of no device", async () => {
    const name = "sns-stranger";
    const payload = Buffer.from(JSON.stringify(readingOf(name))).toString("base64");
    const receivedAt = Date.now();
    const sns = world.platform.clients.get(SNSClient);
    for (const Message of ["hello", JSON.stringify({ deviceId: name, receivedAt, payload })])
      await sns.send(
        new PublishCommand({ TopicArn: world.outputs.of["iot-to-sns"]?.criticalTopicArn, Message }),
      );
    await world.deployment.idle();
    assert.deepEqual(await quarantinedFrom(world, integration, name), [
      {
        reason: "not-critical",
        detail: 'status is "ok"; only critical readings become alerts.',
        deviceId: name,
        receivedAt,
        payload,
      },
    ]);
    assert.deepEqual(await quarantinedAs(world, integration, Buffer.from("hello")), [
      {
        reason: "not-an-envelope",
        detail: "The message did not come from a rule of this program.",
        payload: Buffer.from("hello").toString("base64"),
      },
    ]);
  });

  it("loses no alert: redrive delivers those that a function or a webhook did not receive", async () => {
    const [unheard, forgotten, refused] = await Promise.all(
      ["sns-unheard", "sns-forgotten", "sns-refused"].map((name) => world.device(name)),
    );
    assert.ok(unheard && forgotten && refused);

    // SNS may not invoke the formatter: the subscription's dead-letter queue.
    const permission = world.resource(
      "aws:lambda/permission:Permission",
      "iot-to-sns-formatter-invocable",
    );
    await removePermission(world, permission);
    const bytes = await unheard.publish(critical(unheard.name));
    const deadLetter = await setAside(world, integration, unheard.name);
    assert.equal(deadLetter.body.Type, "Notification");
    const { topic } = unheard;
    assert.deepEqual(deadLetter.sent, [{ topic, payload: bytes.toString("base64") }]);
    await world.create(permission);

    // The formatter fails: Lambda's record of the invocation.
    const rebuild = await removeTable(world, "iot-to-sns-gate");
    await forgotten.publish(critical(forgotten.name));
    const { body } = await setAside(world, integration, forgotten.name);
    const { condition, approximateInvokeCount } = body.requestContext as Record<string, unknown>;
    assert.deepEqual([condition, approximateInvokeCount], ["RetriesExhausted", 3]);
    await rebuild();

    // A webhook is down: the notification, in the words for webhooks.
    const { inbox } = world.platform;
    inbox.refuse(subscribers.https);
    const reading = critical(refused.name);
    await refused.publish(reading);
    const { notifications } = await setAside(world, integration, refused.name);
    assert.equal(one(notifications)?.text, JSON.stringify(reading));
    inbox.accept(subscribers.https);
    assert.deepEqual([...alertsOf(world, unheard.name), ...alertsOf(world, forgotten.name)], []);

    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "3 redriven, 0 left"], lines.join("\n"));
    await alerted(world, unheard.name);
    await alerted(world, forgotten.name);
    await eventually("the webhook to receive the alert", () =>
      alertsOf(world, refused.name).some(({ protocol }) => protocol === "https"),
    );
    await world.deployment.idle();
    const count = (name: string) => {
      const protocols = alertsOf(world, name).map(({ protocol }) => protocol);
      return Object.keys(subscribers).map((one) => protocols.filter((p) => p === one).length);
    };
    assert.deepEqual(count(unheard.name), [1, 1, 1]);
    assert.deepEqual(count(forgotten.name), [1, 1, 1]);
    // SNS cannot notify a single subscriber: the other two receive the alert again, the webhook once.
    assert.deepEqual(count(refused.name), [2, 2, 1]);
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });
});
