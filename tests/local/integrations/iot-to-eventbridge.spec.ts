import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import * as assert from "node:assert/strict";
import { valuesOf } from "../../../functions/shared/item";
import type { Reading } from "../../../reading/reading";
import type { PartOutputs } from "../../../operations/stack-outputs";
import { installMilliseconds } from "../../support/emulator";
import { removePermission } from "./invocable";
import { eventually } from "./eventually";
import { watch } from "./functions";
import { impatiently } from "./impatience";
import { illegible, unfit } from "./invalid";
import { isEmpty, letter, lettersOf } from "./letters";
import { redrive } from "./operator";
import { without } from "./permissions";
import { assertQuarantined } from "./quarantine";
import { held } from "./queues";
import { readingOf } from "./readings";
import { removeTable } from "./tables";
import { deployed, type World } from "./world";

const integration = "iot-to-eventbridge";
const handler = `${integration}-incident-handler`;

describe("iot-to-eventbridge on this machine", function () {
  this.timeout(180_000);
  let world: World;
  let outputs: PartOutputs;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-eventbridge");
    outputs = world.outputs.of[integration] ?? {};
    await world.deployment.idle();
  });

  /** The archived events of a device, in the order of their arrival. */
  const eventsOf = (device: string) =>
    world.deployment.eventBuses
      .archived(outputs.archiveName ?? "")
      .filter(({ detail }) => (detail as { deviceId?: unknown }).deviceId === device);
  const timesOf = (device: string) =>
    eventsOf(device).map(({ detail }) => (detail as { timestamp: number }).timestamp);
  const critical = (device: string, changes = {}) =>
    readingOf(device, { status: "critical", ...changes });
  const incidentOf = async (device: string): Promise<object | undefined> => {
    const { Item } = await world.platform.clients.get(DynamoDBClient).send(
      new GetItemCommand({
        TableName: world.outputs.of["iot-to-eventbridge"]?.incidentsTable,
        Key: { deviceId: { S: device } },
        ConsistentRead: true,
      }),
    );
    if (!Item) return undefined;
    // Where an open incident says a second time when it was opened.
    const { openSince, ...incident } = valuesOf(Item);
    assert.equal(openSince, incident.status === "open" ? incident.openedAt : undefined);
    return incident;
  };
  const rule = () => world.resource("aws:cloudwatch/eventRule:EventRule", `${handler}-rule`).plain;

  it("publishes a reading as an event, with every value and the time at which AWS IoT received it", async () => {
    const device = await world.device("eb-delivery");
    const reading = critical(device.name, { temperature: 99.5, message: "Öl läuft\naus 🔥" });
    const before = Date.now();
    await device.publish(reading);
    const [event] = await eventually("the event in the archive", () => {
      const events = eventsOf(device.name);
      return events.length > 0 && events;
    });
    assert.ok(event);
    const { id, time, detail, ...rest } = event;
    const { receivedAt, ...said } = detail as { receivedAt: number };
    assert.deepEqual(said, reading);
    assert.ok(receivedAt >= before && receivedAt <= Date.now(), `Received at ${receivedAt}.`);
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.ok(Date.parse(time) >= before - 1000, time);
    assert.deepEqual(rest, {
      version: "0",
      "detail-type": "Device Reading",
      source: "iot-integrations.telemetry",
      account: "123456789012",
      region: "eu-central-1",
      resources: [],
    });
    await world.deployment.idle();
    assert.equal(eventsOf(device.name).length, 1);
    for (const queue of [
      world.outputs.of["iot-to-eventbridge"]?.queueUrl,
      world.outputs.of[integration]?.failuresUrl,
    ])
      assert.deepEqual(await held(world, queue), []);
  });

  it("keeps one incident per device: opens, updates and closes it, and opens the next", async () => {
    const device = await world.device("eb-incident");
    const [bad, worse, soso, good, again] = [
      critical(device.name, { temperature: 90, message: "hot" }),
      critical(device.name, { temperature: 95 }),
      readingOf(device.name, { status: "warning" }),
      readingOf(device.name),
      critical(device.name, { temperature: 91 }),
    ];
    const after = async (reading: object) => {
      await device.publish(reading);
      await world.deployment.idle();
      return incidentOf(device.name);
    };
    const { name: deviceId } = device;
    const openedAt = bad.timestamp;
    const { humidity, pressure } = bad;
    const open = { deviceId, status: "open", openedAt, humidity, pressure };
    assert.deepEqual(await after(bad), {
      ...open,
      changedAt: bad.timestamp,
      temperature: 90,
      message: "hot",
    });
    const followed = { ...open, changedAt: worse.timestamp, temperature: 95 };
    assert.deepEqual(await after(worse), followed);
    assert.deepEqual(await after(soso), followed);
    const closed = {
      ...followed,
      status: "closed",
      changedAt: good.timestamp,
      closedAt: good.timestamp,
    };
    assert.deepEqual(await after(good), closed);
    // What is late or comes again changes nothing.
    for (const late of [good, worse, bad]) assert.deepEqual(await after(late), closed);
    assert.deepEqual(await after(again), {
      ...open,
      openedAt: again.timestamp,
      changedAt: again.timestamp,
      temperature: 91,
    });
    assert.equal(timesOf(deviceId).length, 8);
  });

  it("fails none of 50 simultaneous events of a flapping device", async () => {
    const device = await world.device("eb-flapping");
    const flapping = Array.from({ length: 50 }, (_, nth) =>
      readingOf(device.name, { status: nth % 2 === 0 ? "ok" : "critical" }),
    );
    await Promise.all(flapping.map((reading) => device.publish(reading)));
    await eventually("all events", () => eventsOf(device.name).length >= 50);
    await world.deployment.idle();
    const newest = Math.max(...flapping.map(({ timestamp }) => timestamp));
    const { status, changedAt } = (await incidentOf(device.name)) as Record<string, unknown>;
    assert.deepEqual({ status, changedAt }, { status: "open", changedAt: newest });
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });

  it("has no incident for a healthy device", async () => {
    const device = await world.device("eb-healthy");
    for (const status of ["ok", "warning"] as const)
      await device.publish(readingOf(device.name, { status }));
    await eventually("both events", () => eventsOf(device.name).length === 2);
    await world.deployment.idle();
    assert.equal(await incidentOf(device.name), undefined);
  });

  it("quarantines each invalid message with its reason and bytes, and publishes no event", async () => {
    const name = "eb-invalid";
    const invalid = [...illegible(name), ...unfit(name)];
    await assertQuarantined(
      world,
      { integration, validator: `${integration}-shaper` },
      name,
      invalid,
    );
    assert.deepEqual(eventsOf(name), []);
  });

  it("rejects events of a foreign source", async () => {
    const refused = world.platform.trace.until(
      "the bus's policy to deny it",
      (event) => event.kind === "warning" && event.message.includes("source stranger"),
    );
    const Detail = JSON.stringify({ ...critical("eb-stranger"), receivedAt: Date.now() });
    const foreign = {
      EventBusName: outputs.busName,
      Source: "stranger",
      DetailType: "Device Reading",
      Detail,
    };
    await world.platform.clients
      .get(EventBridgeClient)
      .send(new PutEventsCommand({ Entries: [foreign] }));
    await refused;
    await world.deployment.idle();
    assert.deepEqual(eventsOf("eb-stranger"), []);
    assert.equal(await incidentOf("eb-stranger"), undefined);
  });

  it("loses no incident: redrive delivers events that the handler did not receive or failed to process", async () => {
    const unheard = await world.device("eb-unheard");
    const forgotten = await world.device("eb-forgotten");

    // EventBridge may not invoke the handler: the target's dead-letter queue.
    const permission = world.resource("aws:lambda/permission:Permission", `${handler}-invocable`);
    await removePermission(world, permission);
    const first = critical(unheard.name);
    await unheard.publish(first);
    const dead = await letter(world, integration, unheard.name);
    const { ERROR_MESSAGE, ...attributes } = dead.attributes;
    const { name: ruleName, eventBusName } = rule();
    assert.deepEqual(attributes, {
      RULE_ARN: `arn:aws:events:eu-central-1:123456789012:rule/${String(eventBusName)}/${String(ruleName)}`,
      TARGET_ARN: `arn:aws:lambda:eu-central-1:123456789012:function:${String(permission.plain.function)}`,
      ERROR_CODE: "NO_PERMISSIONS",
      RETRY_ATTEMPTS: "0",
    });
    assert.match(ERROR_MESSAGE ?? "", /does not let EventBridge invoke/);
    assert.deepEqual([dead.body], eventsOf(unheard.name));
    await world.create(permission);

    // The handler throws three times: Lambda's record of the invocation.
    const rebuild = await removeTable(world, `${integration}-incidents`);
    const watched = watch(world, handler);
    const second = critical(forgotten.name);
    await forgotten.publish(second);
    const { body } = await letter(world, integration, forgotten.name);
    const { condition, approximateInvokeCount } = body.requestContext as Record<string, unknown>;
    assert.deepEqual([condition, approximateInvokeCount], ["RetriesExhausted", 3]);
    assert.deepEqual([body.requestPayload], eventsOf(forgotten.name));
    assert.equal(watched.failures().length, 3);
    watched.stop();
    await rebuild();
    for (const { name } of [unheard, forgotten]) assert.equal(await incidentOf(name), undefined);

    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "2 redriven, 0 left"], lines.join("\n"));
    await world.deployment.idle();
    for (const { deviceId, timestamp, temperature, humidity, pressure } of [first, second])
      assert.deepEqual(await incidentOf(deviceId), {
        deviceId,
        status: "open",
        openedAt: timestamp,
        changedAt: timestamp,
        temperature,
        humidity,
        pressure,
      });
    // The bus had each of them before: put again, it comes again, in the same words.
    for (const { deviceId, timestamp } of [first, second])
      assert.deepEqual(timesOf(deviceId), [timestamp, timestamp]);
    assert.ok(await isEmpty(world, integration));
  });

  it("opens no second incident when the archive is replayed to its rule", async () => {
    const device = await world.device("eb-replayed");
    const [bad, good] = [critical(device.name, { temperature: 93 }), readingOf(device.name)];
    const from = new Date(Date.now() - 1000);
    for (const reading of [bad, good]) {
      await device.publish(reading);
      await world.deployment.idle();
    }
    const before = await incidentOf(device.name);
    assert.deepEqual(
      [before && "status" in before && before.status, timesOf(device.name)],
      ["closed", [bad.timestamp, good.timestamp]],
    );
    const watched = watch(world, handler);
    const { region, accountId } = world.platform.clients.account;
    const own = `arn:aws:events:${region}:${accountId}`;
    const { name: ruleName, eventBusName } = rule();
    const { events } = await world.deployment.eventBuses.replay({
      name: "catch-up",
      archiveArn: `${own}:archive/${outputs.archiveName}`,
      from,
      to: new Date(),
      ruleArns: [`${own}:rule/${String(eventBusName)}/${String(ruleName)}`],
    });
    await world.deployment.idle();
    watched.stop();
    assert.deepEqual([watched.handled(), watched.failures()], [events, []]);
    assert.ok(events >= 2, `${events} events replayed`);
    assert.deepEqual(await incidentOf(device.name), before);
    // A replay is not archived again.
    assert.deepEqual(timesOf(device.name), [bad.timestamp, good.timestamp]);
    assert.ok(await isEmpty(world, integration));
  });

  it("loses no event that the pipe may not put: redrive delivers it once from the failures queue", async () => {
    const device = await world.device("eb-unput");
    const queue = {
      name: `${integration}-queue`,
      url: world.outputs.of["iot-to-eventbridge"]?.queueUrl,
    };
    const put = (reading: Reading) => timesOf(device.name).includes(reading.timestamp);
    let refused = false;
    const stop = world.platform.trace.on(({ kind }) => (refused ||= kind === "pipe-failed"));
    /** Publishes readings until the pipe fails at one; answers with that one. */
    const untilRefused = async (): Promise<Reading> => {
      const reading = readingOf(device.name);
      await device.publish(reading);
      await eventually("the pipe to put it or to fail", () => refused || put(reading));
      return refused ? reading : untilRefused();
    };
    const last = await impatiently(world, queue, async () => {
      // A receive call that was already waiting hides its messages for the visibility timeout it started with.
      const first = readingOf(device.name);
      await device.publish(first);
      await eventually("the pipe to come again", () => put(first));
      return without(world, [`${integration}-pipe-role/PutEvents`], async () => {
        // The pipe uses the removed permission for a moment longer.
        const unput = [await untilRefused(), critical(device.name, { temperature: 120 })] as const;
        await device.publish(unput[1]);
        await eventually("both in the failures queue", async () => {
          const letters = await lettersOf(world, integration, device.name);
          return letters.length === 2;
        });
        return unput;
      });
    });
    stop();
    const letters = await lettersOf(world, integration, device.name);
    assert.deepEqual(
      letters.map(({ body }) => body.payload).sort(),
      last.map((reading) => Buffer.from(JSON.stringify(reading)).toString("base64")).sort(),
    );
    assert.deepEqual(last.map(put), [false, false]);
    assert.equal(await incidentOf(device.name), undefined);

    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "2 redriven, 0 left"], lines.join("\n"));
    await eventually("both events", () => last.every(put));
    await world.deployment.idle();
    for (const { timestamp } of last)
      assert.equal(timesOf(device.name).filter((time) => time === timestamp).length, 1);
    const { deviceId, timestamp, humidity, pressure } = last[1];
    assert.deepEqual(await incidentOf(device.name), {
      deviceId,
      status: "open",
      openedAt: timestamp,
      changedAt: timestamp,
      temperature: 120,
      humidity,
      pressure,
    });
    assert.ok(await isEmpty(world, integration));
  });
});
