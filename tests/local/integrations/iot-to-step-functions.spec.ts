import {
  DeleteFunctionCommand,
  LambdaClient,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import * as assert from "node:assert/strict";
import { valuesOf } from "../../../functions/shared/item";
import type { Reading } from "../../../reading/reading";
import { readingId } from "../../../functions/shared/reading-id";
import { mutedBy } from "../../../local/audit/gates";
import { installMilliseconds } from "../../support/emulator";
import { zip } from "../services/zip";
import { eventually, one } from "./eventually";
import { ended, executionArn, executionOf, executions, stateMachineArn } from "./executions";
import { subscribers } from "./inbox";
import { illegible, unfit } from "./invalid";
import { isEmpty, letter, type Letter } from "./letters";
import { redrive } from "./operator";
import { without } from "./permissions";
import { assertQuarantined } from "./quarantine";
import { held } from "./queues";
import { readingOf } from "./readings";
import { removeTable } from "./tables";
import { deployed, type World } from "./world";

const integration = "iot-to-step-functions";
const task = (name: string) => `${integration}-${name}`;
const keepSeconds = 30 * 86_400;

describe("iot-to-step-functions on this machine", function () {
  this.timeout(180_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-step-functions");
    await world.deployment.idle();
  });

  const critical = (device: string, changes = {}) =>
    readingOf(device, { status: "critical", ...changes });
  const fn = (name: string) => world.resource("aws:lambda/function:Function", task(name));
  /** The items of a device in the processed table, oldest first. */
  const processedOf = async (device: string): Promise<Record<string, unknown>[]> => {
    const { Items = [] } = await world.platform.clients.get(DynamoDBClient).send(
      new QueryCommand({
        TableName: world.outputs.of["iot-to-step-functions"]?.processedTable,
        KeyConditionExpression: "deviceId = :deviceId",
        ExpressionAttributeValues: { ":deviceId": { S: device } },
        ConsistentRead: true,
      }),
    );
    return Items.map(valuesOf);
  };
  const alertsOf = (device: string) =>
    world.platform.inbox
      .received(subscribers.email)
      .filter(
        ({ attributes, topicArn }) =>
          attributes.deviceId === device &&
          topicArn === world.outputs.of["iot-to-step-functions"]?.alertsTopicArn,
      );

  it("runs the whole workflow for a critical reading: analyses it, sends an alert, and stores it with the result", async () => {
    const device = await world.device("sf-delivery");
    const reading = critical(device.name, { temperature: 99.5, message: "Öl läuft aus" });
    const before = Date.now();
    await device.publish(reading);
    const { status, states, input = "", output = "" } = await ended(world, reading);
    assert.equal(status, "SUCCEEDED");
    assert.deepEqual(states, ["ProcessTelemetry", "CheckAnomalies", "SendAlert", "StoreData"]);
    const { receivedAt, ...given } = JSON.parse(input) as Reading & { receivedAt: number };
    assert.deepEqual(given, reading);
    assert.ok(receivedAt >= before && receivedAt <= Date.now(), `Received at ${receivedAt}.`);

    const [mail] = await eventually("the mail", () => {
      const alerts = alertsOf(device.name);
      return alerts.length > 0 && alerts;
    });
    assert.ok(mail);
    const { messageId, text, ...about } = mail;
    const anomalies = [
      'The device reports a critical state. It says: "Öl läuft aus"',
      "The temperature is 99.5 °C, above the limit of 80 °C.",
    ];
    const timestamp = String(reading.timestamp);
    assert.deepEqual(about, {
      protocol: "email",
      endpoint: subscribers.email,
      topicArn: world.outputs.of["iot-to-step-functions"]?.alertsTopicArn,
      subject: "Anomaly: device sf-delivery",
      attributes: { deviceId: device.name, timestamp, status: "critical" },
    });
    const said = `Device sf-delivery sent an unusual reading: ${anomalies.join(" ")}\n`;
    assert.ok(text.startsWith(said), text);
    // Each answer stands beside the telemetry, not in its place.
    assert.deepEqual(JSON.parse(output), {
      ...reading,
      receivedAt,
      analysis: { anomalies, hasAnomalies: true },
      alert: { messageId },
      result: { stored: true },
    });
    assert.deepEqual(await processedOf(device.name), [
      {
        ...reading,
        readingKey: `${reading.timestamp}#${readingId(reading)}`,
        receivedAt,
        anomalies: anomalies.join(" "),
        alertId: messageId,
        expiresAt: Math.floor(receivedAt / 1000) + keepSeconds,
      },
    ]);
    await world.deployment.idle();
    assert.equal(alertsOf(device.name).length, 1);
    for (const queue of [
      world.outputs.of["iot-to-step-functions"]?.queueUrl,
      world.outputs.of[integration]?.failuresUrl,
    ])
      assert.deepEqual(await held(world, queue), []);
  });

  it("stores a reading without an anomaly, and sends no alert", async () => {
    const device = await world.device("sf-unremarkable");
    const reading = readingOf(device.name, { status: "warning", temperature: 80 });
    await device.publish(reading);
    const { status, states } = await ended(world, reading);
    assert.equal(status, "SUCCEEDED");
    assert.deepEqual(states, ["ProcessTelemetry", "CheckAnomalies", "StoreData"]);
    await world.deployment.idle();
    const [kept] = await processedOf(device.name);
    assert.equal(kept?.anomalies, "");
    assert.ok(!("alertId" in kept));
    assert.deepEqual(alertsOf(device.name), []);
  });

  it("starts no execution for a healthy device", async () => {
    const [well, ill] = [await world.device("sf-well"), await world.device("sf-ill")];
    const [good, bad] = [readingOf(well.name), critical(ill.name)];
    await well.publish(good);
    await ill.publish(bad);
    await ended(world, bad);
    await world.deployment.idle();
    assert.equal(await executionOf(world, executionArn(world, good)), undefined);
    assert.deepEqual(await processedOf(well.name), []);
  });

  it("runs one execution for a burst of one device, and records every other reading as muted", async () => {
    const device = await world.device("sf-noisy");
    const burst = Array.from({ length: 30 }, () => critical(device.name));
    const before = await executions(world);
    await Promise.all(burst.map((reading) => device.publish(reading)));
    await world.deployment.idle();
    const started = (await executions(world)).filter((arn) => !before.includes(arn));
    assert.equal(started.length, 1);
    const { gateTable = "" } = world.outputs.of[integration] ?? {};
    const muted = await mutedBy(world.platform.clients, gateTable);
    assert.deepEqual(
      burst
        .filter(({ timestamp }) => !muted.has(`${device.name}#${timestamp}`))
        .map((reading) => executionArn(world, reading)),
      started,
    );
    assert.ok(await isEmpty(world, integration));
  });

  it("runs once for a repeated reading, and for a late reading of another condition", async () => {
    const device = await world.device("sf-order");
    const earlier = readingOf(device.name, { status: "warning", temperature: 90 });
    const later = critical(device.name);
    const before = await executions(world);
    for (const reading of [later, later, earlier, later]) {
      await device.publish(reading);
      await world.deployment.idle();
    }
    const started = (await executions(world)).filter((arn) => !before.includes(arn));
    assert.deepEqual(
      started.sort(),
      [earlier, later].map((reading) => executionArn(world, reading)).sort(),
    );
    assert.deepEqual(
      (await processedOf(device.name)).map(({ timestamp }) => timestamp),
      [earlier.timestamp, later.timestamp],
    );
    assert.equal(alertsOf(device.name).length, 2);
  });

  it("quarantines each invalid message with its reason and bytes, and starts no execution", async () => {
    const name = "sf-invalid";
    const before = await executions(world);
    const where = { integration, validator: task("starter") };
    await assertQuarantined(world, where, name, unfit(name, "critical"));
    // What SQL cannot read has no status, so the rule does not select it; others quarantine it.
    const device = await world.device("sf-illegible");
    for (const { payload } of illegible(device.name)) await device.publish(payload);
    await world.deployment.idle();
    assert.deepEqual(await executions(world), before);
  });

  it("loses nothing if a task fails: the queue has input and error, and redrive starts a new execution", async () => {
    const names = ["sf-unanalysed", "sf-untold", "sf-unkept"];
    const [unanalysed, untold, unkept] = names.map((name) => critical(name));
    assert.ok(unanalysed && untold && unkept);
    const publish = async (reading: Reading): Promise<Letter> => {
      const device = await world.device(reading.deviceId);
      await device.publish(reading);
      const { status, error } = await ended(world, reading);
      assert.deepEqual([status, error], ["FAILED", "TelemetryNotProcessed"]);
      return letter(world, integration, reading.deviceId);
    };
    const assertSetAside = async (reading: Reading, { body }: Letter, cause: RegExp) => {
      const arn = executionArn(world, reading);
      const { error, input, ...about } = body;
      const { receivedAt, ...given } = input as Reading & { receivedAt: number };
      assert.deepEqual(about, { stateMachineArn: stateMachineArn(world), executionArn: arn });
      assert.deepEqual(given, reading);
      assert.equal(typeof receivedAt, "number");
      const { Error: name, Cause } = error as { Error: string; Cause: string };
      assert.match(`${name}: ${Cause}`, cause);
    };
    const statesOf = async (reading: Reading) =>
      (await executionOf(world, executionArn(world, reading)))?.states;

    // There is no function for ProcessTelemetry.
    const analyst = fn("process-telemetry");
    await world.platform.clients
      .get(LambdaClient)
      .send(new DeleteFunctionCommand({ FunctionName: analyst.plain.name as string }));
    const first = await publish(unanalysed);
    await assertSetAside(unanalysed, first, /^Lambda\.ResourceNotFoundException: /);
    assert.deepEqual(await statesOf(unanalysed), ["ProcessTelemetry", "SetAside", "Failed"]);
    await world.create(analyst);

    // SendAlert may not publish.
    const second = await without(world, [`${task("send-alert")}-role/PublishToTopic`], () =>
      publish(untold),
    );
    await assertSetAside(untold, second, /is not authorized to perform: sns:Publish /);
    const asked = ["ProcessTelemetry", "CheckAnomalies", "SendAlert"];
    assert.deepEqual(await statesOf(untold), [...asked, "SetAside", "Failed"]);

    // There is no table for StoreData.
    const rebuild = await removeTable(world, task("processed"));
    const third = await publish(unkept);
    await assertSetAside(unkept, third, /resource not found/);
    assert.deepEqual(await statesOf(unkept), [...asked, "StoreData", "SetAside", "Failed"]);
    await rebuild();

    // Nothing has come twice by the rule for executions that ended on their own.
    await world.deployment.idle();
    assert.equal((await held(world, world.outputs.of[integration]?.failuresUrl)).length, 3);
    const before = await executions(world);
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "3 redriven, 0 left"], lines.join("\n"));
    await world.deployment.idle();
    const started = (await executions(world)).filter((arn) => !before.includes(arn));
    assert.equal(started.length, 3);
    for (const arn of started) assert.equal((await executionOf(world, arn))?.status, "SUCCEEDED");
    for (const reading of [unanalysed, untold, unkept]) {
      const kept = one(await processedOf(reading.deviceId));
      assert.deepEqual([kept?.timestamp, kept?.message], [reading.timestamp, reading.message]);
    }
    // The third sent its alert before storing failed.
    assert.deepEqual(
      names.map((name) => alertsOf(name).length),
      [1, 1, 2],
    );
    assert.ok(await isEmpty(world, integration));
  });

  it("loses no aborted execution: the queue has the event about it, and redrive starts it again", async () => {
    const device = await world.device("sf-aborted");
    const reading = critical(device.name);
    const lambda = world.platform.clients.get(LambdaClient);
    const analyst = fn("process-telemetry");
    const FunctionName = analyst.plain.name as string;
    const [file] = (analyst.plain.handler as string).split(".");
    const endless = "exports.handler = () => new Promise((later) => setTimeout(later, 20_000));";
    await lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zip(`${file}.js`, endless) }),
    );
    await device.publish(reading);
    const arn = executionArn(world, reading);
    await eventually("the execution to be in its first state", async () => {
      const states = (await executionOf(world, arn))?.states;
      return states?.includes("ProcessTelemetry");
    });
    await world.platform.clients
      .get(SFNClient)
      .send(new StopExecutionCommand({ executionArn: arn, error: "Enough", cause: "of it" }));
    const { body } = await letter(world, integration, device.name);
    assert.deepEqual(
      [body.source, body["detail-type"], body.resources],
      ["aws.states", "Step Functions Execution Status Change", [arn]],
    );
    const detail = body.detail as Record<string, unknown>;
    assert.deepEqual(
      [detail.status, detail.executionArn, detail.stateMachineArn],
      ["ABORTED", arn, stateMachineArn(world)],
    );
    const { receivedAt, ...given } = JSON.parse(detail.input as string) as Reading & {
      receivedAt: number;
    };
    assert.deepEqual(given, reading);
    await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    await world.create(analyst);
    assert.deepEqual(await processedOf(device.name), []);

    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "1 redriven, 0 left"], lines.join("\n"));
    await world.deployment.idle();
    const kept = one(await processedOf(device.name));
    assert.deepEqual([kept?.timestamp, kept?.receivedAt], [reading.timestamp, receivedAt]);
    assert.equal(alertsOf(device.name).length, 1);
    assert.ok(await isEmpty(world, integration));
  });
});
