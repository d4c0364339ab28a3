import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import * as assert from "node:assert/strict";
import { depthOf } from "../../../local/services/sqs/queue-depth";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import { keptWithout, lostWithout, type RuleUnderTest } from "./error-actions";
import { eventually, one } from "./eventually";
import { assertLogged, refused, refusedBy } from "./functions";
import { impatiently } from "./impatience";
import { isEmpty, letter, lettersOf } from "./letters";
import { redrive } from "./operator";
import { assertDenied, denialWarned, without } from "./permissions";
import { held, quarantinedFrom } from "./queues";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

const integration = "iot-to-eventbridge";
const rule = `${integration}-rule`;
const [pipe, shaper, handler] = ["pipe", "shaper", "incident-handler"].map(
  (part) => `${integration}-${part}`,
) as [string, string, string];

describeDenials(["iot-to-eventbridge"], ({ denied, unseen }) => {
  let world: World;
  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-eventbridge");
    await world.deployment.idle();
  });

  const critical = (device: string) => readingOf(device, { status: "critical" });
  const eventsOf = (device: string) => {
    return world.deployment.eventBuses
      .archived(world.outputs.of[integration]?.archiveName ?? "")
      .filter(({ detail }) => (detail as { deviceId?: unknown }).deviceId === device);
  };
  const arrived = (device: string) =>
    eventually(`an event of ${device}`, () => one(eventsOf(device)));
  const openedOf = async (device: string): Promise<number | undefined> => {
    const { Item } = await world.platform.clients.get(DynamoDBClient).send(
      new GetItemCommand({
        TableName: world.outputs.of["iot-to-eventbridge"]?.incidentsTable,
        Key: { deviceId: { S: device } },
        ConsistentRead: true,
      }),
    );
    return Item && Number(Item.openedAt?.N);
  };
  const toQueue: RuleUnderTest = { rule, integration, message: critical, arrived };
  const queue = () => ({
    name: `${integration}-queue`,
    url: world.outputs.of["iot-to-eventbridge"]?.queueUrl,
  });

  denied(`${rule}-role/SendToQueue`, "the rule keeps what the queue does not take", async () => {
    const device = "no-send-to-bus";
    const [statement, failedAction, action] = ["SendToQueue", "SqsAction", "sqs:SendMessage"];
    await keptWithout(world, toQueue, { statement, failedAction, action, device });
    assert.deepEqual(eventsOf(device), []);
  });

  denied(
    `${rule}-role/SendToQueueOnError`,
    "what the queue does not take is lost, and counted",
    () => lostWithout(world, toQueue, "SendToQueue"),
  );

  denied(`${pipe}-role/ConsumeQueue`, "messages wait in the queue until it is back", async () => {
    const { name, publish } = await world.device("no-consume-queue");
    const last = await world.device("last-consumed");
    await impatiently(world, queue(), async () => {
      await without(world, [`${pipe}-role/ConsumeQueue`], async () => {
        const warned = denialWarned(world, "pipe", "sqs:ReceiveMessage");
        // A receive call that is already waiting gets one more message, and may no longer be able to delete it.
        await last.publish(readingOf(last.name));
        await warned;
        await publish(readingOf(name));
        const waiting = () => depthOf(world.platform.clients, queue().url ?? "");
        await eventually("the message to wait", async () => (await waiting()) > 0);
        assert.deepEqual(eventsOf(name), []);
      });
      await arrived(name);
      await world.deployment.idle();
    });
  });

  /** Publishes while a statement is missing, until the queue has set a message aside; answers with why the pipe failed at it. */
  async function unpipedWithout(
    statement: string,
    name: string,
    payload: Buffer | object,
    untilRefused = false,
  ): Promise<string> {
    const device = await world.device(name);
    const reasons: string[] = [];
    const stop = world.platform.trace.on((event) => {
      if (event.kind === "pipe-failed") reasons.push(event.reason);
    });
    const bytes = await impatiently(world, queue(), async () => {
      // A receive call that was already waiting hides its messages for the visibility timeout it started with.
      const early = await world.device(`before-${statement.split("/")[1]}`);
      const publishEarly = async (): Promise<number> => {
        const reading = readingOf(early.name);
        await early.publish(reading);
        return reading.timestamp;
      };
      const has = (timestamp: number) =>
        eventsOf(early.name).some(
          ({ detail }) => (detail as { timestamp?: unknown }).timestamp === timestamp,
        );
      const first = await publishEarly();
      await eventually("the pipe to come again", () => has(first));
      return without(world, [statement], async () => {
        // What a role may do is remembered for a moment.
        while (untilRefused && reasons.length === 0) {
          const next = await publishEarly();
          await eventually("the pipe to put it or to fail", () => reasons.length > 0 || has(next));
        }
        const sent = await device.publish(payload);
        await letter(world, integration, name);
        return sent;
      });
    });
    stop();
    const { body } = await letter(world, integration, name);
    assert.deepEqual([body.deviceId, body.payload], [name, bytes.toString("base64")]);
    assert.deepEqual(eventsOf(name), []);
    return reasons.at(-1) ?? "";
  }

  for (const [statement, action] of [
    ["Enrich", "lambda:InvokeFunction"],
    ["PutEvents", "events:PutEvents"],
  ] as const)
    denied(
      `${pipe}-role/${statement}`,
      "the queue sets the message aside after its deliveries",
      async () => {
        const name = `no-${statement.toLowerCase()}`;
        const missing = `${pipe}-role/${statement}`;
        assertDenied(await unpipedWithout(missing, name, critical(name), true), action);
        assert.equal(await openedOf(name), undefined);
      },
    );

  denied(`${shaper}-role/Quarantine`, "the queue sets an invalid message aside", async () => {
    const since = Date.now();
    const name = "no-quarantine-bus";
    await unpipedWithout(`${shaper}-role/Quarantine`, name, Buffer.from([0xff]));
    const error = /^AccessDenied.* sqs:SendMessage/;
    await assertLogged(world, shaper, { since, message: "the quarantine is out of reach", error });
  });

  denied(`${handler}-role/FollowIncidents`, "the failed invocation is kept", async () => {
    const { name, publish } = await world.device("no-follow-incidents");
    await without(world, [`${handler}-role/FollowIncidents`], async () => {
      await publish(critical(name));
      await letter(world, integration, name);
    });
    const { body } = await letter(world, integration, name);
    const { condition, approximateInvokeCount } = body.requestContext as Record<string, unknown>;
    assert.deepEqual([condition, approximateInvokeCount], ["RetriesExhausted", 3]);
    const { errorMessage } = body.responsePayload as Record<string, unknown>;
    assert.match(String(errorMessage), /is not authorized to perform: dynamodb:UpdateItem /);
    assert.deepEqual([body.requestPayload], eventsOf(name));
    assert.equal(await openedOf(name), undefined);
  });

  denied(
    `${handler}-role/SetAsideFailures`,
    "a failed invocation is kept by Lambda until it is back",
    async () => {
      const { name, publish } = await world.device("no-set-aside-incident");
      const missing = ["SetAsideFailures", "FollowIncidents"].map(
        (sid) => `${handler}-role/${sid}`,
      );
      await without(world, missing, async () => {
        const warned = denialWarned(world, "event bus", "sqs:SendMessage");
        await publish(critical(name));
        await warned;
        assert.deepEqual(await lettersOf(world, integration, name), []);
      });
      await eventually("the incident", () => openedOf(name));
    },
  );

  unseen(
    {
      [`${shaper}-role/WriteLogs`]: "the emulator writes the functions' logs itself",
      [`${handler}-role/WriteLogs`]: "the emulator writes the functions' logs itself",
    },
    async () => {
      const { name, publish } = await world.device("unseen-bus");
      await publish(critical(name));
      await eventually("the incident", () => openedOf(name));
    },
  );

  it("has every message in its sink after the redrive, exactly once", async () => {
    const before = await refusedBy(world, shaper, "no-quarantine-bus");
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "7 redriven, 0 left"], lines.join("\n"));
    for (const device of ["no-send-to-bus", "no-enrich", "no-putevents"]) {
      await arrived(device);
      await eventually(`the incident of ${device}`, () => openedOf(device));
    }
    // The bus had it before: put again, it comes again, in the same words, and opens one incident.
    await eventually("the incident", () => openedOf("no-follow-incidents"));
    assert.equal(eventsOf("no-follow-incidents").length, 2);
    const entry = await eventually("the invalid message in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, "no-quarantine-bus")),
    );
    assert.equal(entry.reason, "not-utf8");
    // Other integrations have quarantined it, too.
    const reasons = await refused(world, shaper, "no-quarantine-bus", before.length + 1);
    assert.deepEqual([...new Set(reasons)], ["not-utf8"]);
    await world.deployment.idle();
    assert.deepEqual(await held(world, world.outputs.of["iot-to-eventbridge"]?.queueUrl), []);
    assert.ok(await isEmpty(world, integration));
  });
});
