import * as assert from "node:assert/strict";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readingsIn } from "../../../operations/sinks/readings";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import { keptWithout, lostWithout, type RuleUnderTest } from "./error-actions";
import { eventually, one } from "./eventually";
import { ended, executionArn, executionOf } from "./executions";
import { assertLogged, refused, refusedBy } from "./functions";
import { deliveries, impatiently } from "./impatience";
import { isEmpty, letter } from "./letters";
import { redrive } from "./operator";
import { without } from "./permissions";
import { held, quarantinedFrom, setAside } from "./queues";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

const integration = "iot-to-step-functions";
const rule = `${integration}-rule`;
const roleOf = (part: string) => `${integration}-${part}-role`;
const writesItself = "the emulator writes the functions' logs itself";

describeDenials(["iot-to-step-functions"], ({ denied, unseen }) => {
  let world: World;
  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-step-functions");
    await world.deployment.idle();
  });

  const critical = (device: string) => readingOf(device, { status: "critical" });
  /** How often the workflow has stored a reading of the device. */
  const timesKept = async (device: string): Promise<number> => {
    const all = await readingsIn(
      world.platform.clients.get(DynamoDBClient),
      world.outputs.of["iot-to-step-functions"]?.processedTable ?? "",
    );
    return all.filter(({ deviceId }) => deviceId === device).length;
  };
  const kept = (device: string) =>
    eventually(`a reading of ${device} to be kept`, async () => (await timesKept(device)) === 1);
  const toQueue: RuleUnderTest = { rule, integration, message: critical, arrived: kept };

  denied(`${rule}-role/SendToQueue`, "the rule keeps what the queue does not take", async () => {
    const device = "no-send-to-workflow";
    const [statement, failedAction, action] = ["SendToQueue", "SqsAction", "sqs:SendMessage"];
    await keptWithout(world, toQueue, { statement, failedAction, action, device });
    assert.equal(await timesKept(device), 0);
  });

  denied(
    `${rule}-role/SendToQueueOnError`,
    "what the queue does not take is lost, and counted",
    () => lostWithout(world, toQueue, "SendToQueue"),
  );

  /** Publishes while the starter misses a statement; the queue sets the message aside after its deliveries. */
  async function unstartedWithout(
    statement: string,
    name: string,
    payload: object,
    logEntry: { message: string; error: RegExp; deviceId?: string },
  ): Promise<void> {
    const since = Date.now();
    const device = await world.device(name);
    const queue = {
      name: `${integration}-queue`,
      url: world.outputs.of["iot-to-step-functions"]?.queueUrl,
    };
    const bytes = await without(world, [`${roleOf("starter")}/${statement}`], () =>
      impatiently(world, queue, async () => {
        const sent = await device.publish(payload);
        await setAside(world, integration, name);
        // A slow delivery outlasts the queue's patience: with the statement back, it would start the execution.
        await assertLogged(world, `${integration}-starter`, { since, ...logEntry }, deliveries);
        return sent;
      }),
    );
    const { sent, body } = await setAside(world, integration, name);
    assert.deepEqual(sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
    assert.equal(body.deviceId, name);
    assert.equal(await timesKept(name), 0);
  }

  denied(
    `${roleOf("starter")}/StartExecution`,
    "the queue sets the message aside after its deliveries",
    async () => {
      const name = "no-start-execution";
      const reading = critical(name);
      const error = /^AccessDenied.* states:StartExecution /;
      const logEntry = { message: "execution not started", error };
      await unstartedWithout("StartExecution", name, reading, logEntry);
      assert.equal(await executionOf(world, executionArn(world, reading)), undefined);
    },
  );

  denied(`${roleOf("starter")}/DecideByGate`, "the queue sets the message aside", async () => {
    const name = "no-decide-by-gate-workflow";
    const error = /^AccessDenied.* dynamodb:BatchGetItem /;
    await unstartedWithout("DecideByGate", name, critical(name), {
      message: "execution not started",
      deviceId: name,
      error,
    });
  });

  denied(`${roleOf("starter")}/Quarantine`, "the queue sets an invalid message aside", async () => {
    const name = "no-quarantine-workflow";
    const error = /^AccessDenied.* sqs:SendMessage/;
    const logEntry = { message: "the quarantine is out of reach", error };
    await unstartedWithout("Quarantine", name, { status: "critical" }, logEntry);
  });

  /** The workflow's Catch keeps the input and the error. */
  async function caught(name: string, action: string, state: string): Promise<void> {
    const reading = critical(name);
    const device = await world.device(name);
    await device.publish(reading);
    const { status, error: failed, states } = await ended(world, reading);
    assert.deepEqual([status, failed], ["FAILED", "TelemetryNotProcessed"]);
    assert.deepEqual(states.slice(-3), [state, "SetAside", "Failed"]);
    const { body } = await letter(world, integration, name);
    // The emulator has one name for every error of a function, and IAM's sentence for its cause.
    const { Cause } = body.error as { Cause: string };
    assert.ok(Cause.includes(`is not authorized to perform: ${action} `), Cause);
    const { receivedAt: _, ...input } = body.input as Record<string, unknown>;
    assert.deepEqual(input, reading);
    assert.equal(await timesKept(name), 0);
  }

  for (const [part, statement, action, state] of [
    ["send-alert", "PublishToTopic", "sns:Publish", "SendAlert"],
    ["store-data", "StoreProcessed", "dynamodb:PutItem", "StoreData"],
  ] as const)
    denied(
      `${roleOf(part)}/${statement}`,
      `the execution fails in ${state}; the queue has its input`,
      () =>
        without(world, [`${roleOf(part)}/${statement}`], () => caught(`no-${part}`, action, state)),
    );

  unseen(
    {
      [`${roleOf("process-telemetry")}/WriteLogs`]: writesItself,
      [`${roleOf("send-alert")}/WriteLogs`]: writesItself,
      [`${roleOf("store-data")}/WriteLogs`]: writesItself,
      [`${roleOf("starter")}/WriteLogs`]: writesItself,
      [`${roleOf("starter")}/ConsumeQueue`]: "the emulator reads the queue itself",
      [`${roleOf("send-alert")}/EncryptForTopic`]: "the emulator does not encrypt topics",
    },
    async () => {
      const { name, publish } = await world.device("unseen-workflow");
      await publish(critical(name));
      await kept(name);
    },
  );

  unseen(
    {
      [`${roleOf("workflow")}/InvokeTasks`]: "the emulator runs tasks as itself",
      [`${roleOf("workflow")}/SetAside`]: "the emulator runs tasks as itself",
      [`${roleOf("workflow")}/DeliverLogs`]: "the emulator delivers no logs of workflows",
      [`${roleOf("workflow")}/Trace`]: "the emulator sends no traces",
    },
    async () => {
      const { name, publish } = await world.device("unseen-roleless");
      await publish(critical(name));
      await kept(name);
      await without(world, [`${roleOf("store-data")}/StoreProcessed`], () =>
        caught("unseen-caught", "dynamodb:PutItem", "StoreData"),
      );
    },
  );

  it("has every message in its sink after the redrive, exactly once", async () => {
    const before = await refusedBy(world, `${integration}-starter`, "no-quarantine-workflow");
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "7 redriven, 0 left"], lines.join("\n"));
    for (const device of [
      "no-send-to-workflow",
      "no-start-execution",
      "no-decide-by-gate-workflow",
      "no-send-alert",
      "no-store-data",
      "unseen-caught",
    ])
      await kept(device);
    const entry = await eventually("the invalid message in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, "no-quarantine-workflow")),
    );
    assert.equal(entry.reason, "missing-field");
    // Other integrations have quarantined it, too.
    const reasons = await refused(
      world,
      `${integration}-starter`,
      "no-quarantine-workflow",
      before.length + 1,
    );
    assert.deepEqual([...new Set(reasons)], ["missing-field"]);
    await world.deployment.idle();
    assert.deepEqual(await held(world, world.outputs.of["iot-to-step-functions"]?.queueUrl), []);
    assert.ok(await isEmpty(world, integration));
  });
});
