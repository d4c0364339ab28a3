import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import { keptWithout, lostWithout, type RuleUnderTest } from "./error-actions";
import { eventually, one } from "./eventually";
import { assertLogged, refused, refusedBy } from "./functions";
import { redrive } from "./operator";
import { denialWarned, without } from "./permissions";
import { held, quarantinedFrom, setAside, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { historyOf, stateAt, stateOf, timesOf } from "./tables";
import { deployed, type World } from "./world";

const integration = "iot-to-dynamodb";
const [streamRule, historyRule] = ["telemetry-rule", "iot-to-dynamodb-history-rule"];
const writer = "iot-to-dynamodb-state-writer";
const role = `${writer}-role`;

describeDenials(["telemetry", "iot-to-dynamodb"], ({ denied, unseen }) => {
  let world: World;
  /** The reading that each test has set aside, by device, for the operator to bring back at the end. */
  const published = new Map<string, number>();

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-dynamodb");
    await world.deployment.idle();
  });

  const message = (device: string) => {
    const reading = readingOf(device);
    published.set(device, reading.timestamp);
    return reading;
  };
  const inState = (device: string) => stateAt(world, device, published.get(device) ?? NaN);
  const toStream: RuleUnderTest = {
    rule: streamRule,
    integration: "telemetry",
    message,
    arrived: inState,
  };
  const toHistory: RuleUnderTest = {
    rule: historyRule,
    integration,
    message,
    arrived: (device) =>
      eventually(`the history of ${device}`, async () => one(await historyOf(world, device))),
  };

  denied(
    `${streamRule}-role/PutRecord`,
    "the rule keeps what the stream does not take",
    async () => {
      const device = "no-put-record";
      const [statement, failedAction, action] = ["PutRecord", "KinesisAction", "kinesis:PutRecord"];
      await keptWithout(world, toStream, { statement, failedAction, action, device });
      assert.equal(await stateOf(world, device), undefined);
      assert.equal((await historyOf(world, device)).length, 1);
    },
  );

  denied(
    `${streamRule}-role/SendToQueueOnError`,
    "what the stream does not take is lost, and counted",
    () => lostWithout(world, toStream, "PutRecord"),
  );

  denied(
    `${historyRule}-role/PutItem`,
    "the rule keeps what the history does not take",
    async () => {
      const device = "no-put-item";
      const [statement, failedAction, action] = ["PutItem", "DynamoDBv2Action", "dynamodb:PutItem"];
      await keptWithout(world, toHistory, { statement, failedAction, action, device });
      assert.deepEqual(await historyOf(world, device), []);
      await inState(device);
    },
  );

  denied(
    `${historyRule}-role/SendToQueueOnError`,
    "what the history does not take is lost, and counted",
    () => lostWithout(world, toHistory, "PutItem"),
  );

  denied(
    `${role}/WriteState`,
    "the record goes to S3 after its retries, with a notification in the queue",
    async () => {
      const device = await world.device("no-write-state");
      const since = Date.now();
      const bytes = await without(world, [`${role}/WriteState`], async () => {
        const sent = await device.publish(message(device.name));
        await setAside(world, integration, device.name);
        return sent;
      });
      const { sent, objects } = await setAside(world, integration, device.name);
      assert.deepEqual(sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
      assert.equal(objects.length, 1);
      const logEntry = {
        since,
        message: "state not written",
        error: /^AccessDenied.* dynamodb:PutItem /,
      };
      await assertLogged(world, writer, logEntry);
      assert.equal(await stateOf(world, device.name), undefined);
    },
  );

  denied(`${role}/Quarantine`, "an invalid record goes to S3", async () => {
    const device = await world.device("no-quarantine-dynamodb");
    const since = Date.now();
    const bytes = await without(world, [`${role}/Quarantine`], async () => {
      const sent = await device.publish(Buffer.from("hello"));
      await setAside(world, integration, device.name);
      return sent;
    });
    const { sent, objects } = await setAside(world, integration, device.name);
    assert.deepEqual(sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
    assert.equal(objects.length, 1);
    const logEntry = {
      since,
      message: "the quarantine is out of reach",
      error: /^AccessDenied.* sqs:SendMessage/,
    };
    await assertLogged(world, writer, logEntry);
  });

  denied(`${role}/ReadStream`, "records wait in the stream until it is back", async () => {
    const device = await world.device("no-read-stream");
    await without(world, [`${role}/ReadStream`], async () => {
      const warned = denialWarned(world, "stream mapping", "kinesis:Get");
      await device.publish(message(device.name));
      await warned;
      assert.equal(await stateOf(world, device.name), undefined);
    });
    await inState(device.name);
  });

  denied(
    `${role}/SetAsideRecords`,
    "a failed record holds its shard until it is back",
    async () => {
      const device = await world.device("no-set-aside-records");
      await without(world, [`${role}/SetAsideRecords`, `${role}/WriteState`], async () => {
        const warned = denialWarned(world, "stream mapping", "s3:PutObject");
        await device.publish(message(device.name));
        await warned;
        assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
      });
      await setAside(world, integration, device.name);
      assert.equal(await stateOf(world, device.name), undefined);
    },
  );

  unseen(
    {
      [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself",
      [`${role}/FindFailuresBucket`]: "only AWS looks for the bucket before it writes",
    },
    async () => {
      const device = await world.device("unseen-dynamodb");
      await device.publish(message(device.name));
      await inState(device.name);
    },
  );

  it("has every message in its sink after the redrive, exactly once", async () => {
    const before = await refusedBy(world, writer, "no-quarantine-dynamodb");
    const stream = await redrive(world, "telemetry");
    assert.deepEqual([stream.code, stream.lines.at(-1)], [0, "1 redriven, 0 left"]);
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    for (const device of [
      "no-put-record",
      "no-put-item",
      "no-write-state",
      "no-set-aside-records",
    ]) {
      await inState(device);
      assert.deepEqual(await timesOf(world, device), [published.get(device)]);
    }
    const entry = await eventually("the invalid message in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, "no-quarantine-dynamodb")),
    );
    assert.equal(entry.reason, "not-json");
    // Other integrations have quarantined it, too.
    const reasons = await refused(world, writer, "no-quarantine-dynamodb", before.length + 1);
    assert.deepEqual([...new Set(reasons)], ["not-json"]);
    for (const queue of ["telemetry", integration])
      assert.deepEqual(await held(world, world.outputs.of[queue]?.failuresUrl), []);
  });
});
