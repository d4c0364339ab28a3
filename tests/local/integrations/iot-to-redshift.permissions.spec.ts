import * as assert from "node:assert/strict";
import { checkQueuePermissions } from "../../../local/services/lambda/emulator-mapping";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import { keptWithout, lostWithout, type RuleUnderTest } from "./error-actions";
import { eventually, one } from "./eventually";
import { assertLogged, refused, refusedBy } from "./functions";
import { lettersOf, type Letter } from "./letters";
import { redrive } from "./operator";
import { assertDenied, denialWarned, without } from "./permissions";
import { held, quarantinedFrom, setAside } from "./queues";
import { readingOf } from "./readings";
import { warehouseOf, type WarehouseSpec } from "./warehouse";
import { deployed, type World } from "./world";

const integration = "iot-to-redshift";
const [rule, delivery, shaper, loader, sweeper] = [
  "rule",
  "delivery",
  "row-shaper",
  "loader",
  "sweeper",
].map((part) => `${integration}-${part}`) as [string, string, string, string, string];
const copyRole = `${integration}-warehouse-copy-role`;

describeDenials(["iot-to-redshift"], ({ denied, unseen }) => {
  let world: World;
  let warehouse: WarehouseSpec;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-redshift");
    await world.deployment.idle();
    warehouse = warehouseOf(world);
  });

  const arrived = (device: string) => warehouse.loaded(device);
  const toWarehouse: RuleUnderTest = { rule, integration, message: readingOf, arrived };

  denied(
    `${rule}-role/PutToDeliveryStream`,
    "the rule keeps what the delivery stream does not take",
    async () => {
      const device = "no-put-to-warehouse";
      await keptWithout(world, toWarehouse, {
        statement: "PutToDeliveryStream",
        failedAction: "FirehoseAction",
        action: "firehose:PutRecord",
        device,
      });
      assert.deepEqual(await warehouse.rowsOf(device), []);
    },
  );

  denied(
    `${rule}-role/SendToQueueOnError`,
    "what the delivery stream does not take is lost, and counted",
    () => lostWithout(world, toWarehouse, "PutToDeliveryStream"),
  );

  /** Publishes without statements, until the message is below the error prefix and announced in the failures queue. */
  async function untransformedWithout(
    statements: string[],
    name: string,
    payload: Buffer | object = readingOf(name),
  ): Promise<void> {
    const device = await world.device(name);
    const bytes = await without(world, statements, async () => {
      const sent = await device.publish(payload);
      await setAside(world, integration, name);
      return sent;
    });
    const { sent, objects } = await setAside(world, integration, name);
    assert.deepEqual(sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
    assert.match(objects[0]?.key ?? "", /^errors\/processing-failed\//);
    assert.deepEqual(await warehouse.rowsOf(name), []);
  }

  denied(`${delivery}-role/Transform`, "the message is set aside below the error prefix", () =>
    untransformedWithout([`${delivery}-role/Transform`], "no-transform-redshift"),
  );

  denied(`${delivery}-role/WriteLogs`, "what fails is set aside without a log entry", async () => {
    const warned = denialWarned(world, "delivery stream", "logs:PutLogEvents");
    await untransformedWithout(
      [`${delivery}-role/WriteLogs`, `${delivery}-role/Transform`],
      "no-delivery-log",
    );
    await warned;
  });

  denied(`${delivery}-role/WriteObjects`, "Firehose tries again until it is back", async () => {
    const { name, publish } = await world.device("no-write-objects");
    await without(world, [`${delivery}-role/WriteObjects`], async () => {
      const warned = denialWarned(world, "delivery stream", "s3:PutObject");
      await publish(readingOf(name));
      await warned;
      assert.deepEqual(await warehouse.rowsOf(name), []);
    });
    await arrived(name);
  });

  denied(
    `${shaper}-role/Quarantine`,
    "an invalid message is set aside below the error prefix",
    () =>
      untransformedWithout(
        [`${shaper}-role/Quarantine`],
        "no-quarantine-redshift",
        Buffer.from([0xff]),
      ),
  );

  denied(`${loader}-role/ConsumeQueue`, "the queue is not connected to the loader", async () => {
    const mapping = world.deployment.resources.find(
      ({ type, plain }) =>
        type === "aws:lambda/eventSourceMapping:EventSourceMapping" &&
        String(plain.eventSourceArn).endsWith("iot-to-redshift-queue"),
    );
    assert.ok(mapping);
    const { eventSourceArn, functionName } = mapping.plain as Record<string, string>;
    const connect = () =>
      checkQueuePermissions(world.platform.clients, {
        eventSourceArn: eventSourceArn ?? "",
        functionName: functionName ?? "",
      });
    await without(world, [`${loader}-role/ConsumeQueue`], () =>
      assert.rejects(connect(), /AccessDenied.*sqs:ReceiveMessage/),
    );
    await connect();
  });

  /** Writes an object that is not loaded without statements; returns its message of the failures queue. */
  const notLoadedWithout = (statements: string[], name: string): Promise<Letter> =>
    warehouse.quickly(name, async () => {
      const letter = await without(world, statements, async () => {
        await warehouse.put(name);
        return eventually(`${name} in the failures queue`, async () => {
          // SQS delivers at least once.
          const [first] = await lettersOf(world, integration, `${name}.gz`);
          return first;
        });
      });
      assert.deepEqual(await warehouse.rowsOf(name), []);
      return letter;
    });

  for (const [statement, action] of [
    ["RunStatements", "redshift-data:ExecuteStatement"],
    ["FollowOwnStatements", "redshift-data:DescribeStatement"],
    ["WriteManifest", "s3:PutObject"],
  ] as const)
    denied(
      `${loader}-role/${statement}`,
      "the loader sets the object aside with the refusal",
      async () => {
        const name = `no-loader-${statement.toLowerCase()}`;
        const { attributes } = await notLoadedWithout([`${loader}-role/${statement}`], name);
        assertDenied(attributes["ERROR_MESSAGE"] ?? "", action);
      },
    );

  denied(
    `${loader}-role/SetAside`,
    "the queue sets the object aside, without a reason",
    async () => {
      const since = Date.now();
      const missing = [`${loader}-role/SetAside`, `${loader}-role/WriteManifest`];
      const { attributes } = await notLoadedWithout(missing, "no-loader-setaside");
      assert.deepEqual(attributes, {});
      await assertLogged(world, loader, {
        since,
        message: "the failures queue is out of reach",
        error: /^AccessDenied.* sqs:SendMessage/,
      });
    },
  );

  denied(`${copyRole}/ReadObjects`, "COPY fails, and the object is set aside", async () => {
    const { attributes } = await notLoadedWithout([`${copyRole}/ReadObjects`], "no-read-objects");
    assert.match(attributes["ERROR_MESSAGE"] ?? "", /^ERROR: S3ServiceException:.*s3:GetObject/);
    assert.ok(attributes["StatementId"]);
  });

  for (const [statement, action] of [
    ["ListObjects", "s3:ListBucket"],
    ["RunStatements", "redshift-data:ExecuteStatement"],
    ["FollowOwnStatements", "redshift-data:DescribeStatement"],
    ["AnnounceAgain", "sqs:SendMessage"],
  ] as const)
    denied(`${sweeper}-role/${statement}`, "the sweep fails", async () => {
      const name = `no-sweeper-${statement.toLowerCase()}`;
      const key = await warehouse.put(name);
      await arrived(name);
      await world.deployment.idle();
      await warehouse.unload(key, name);
      const error = await without(world, [`${sweeper}-role/${statement}`], () => warehouse.sweep());
      assertDenied(error, action);
      assert.deepEqual(await warehouse.rowsOf(name), []);
      assert.equal(await warehouse.sweep(), "");
      await arrived(name);
    });

  unseen(
    {
      ...Object.fromEntries(
        [shaper, loader, sweeper].map((name) => [
          `${name}-role/WriteLogs`,
          "the emulator writes the functions' logs itself",
        ]),
      ),
      [`${delivery}-role/FindBucket`]: "the local Firehose writes objects without looking for them",
      [`${copyRole}/FindObjects`]: "the double of Redshift reads the objects of a manifest by key",
      [`${sweeper}-role/SetAsideFailures`]: "schedules do not run on this machine",
    },
    async () => {
      const { name, publish } = await world.device("unseen-redshift");
      await publish(readingOf(name));
      await arrived(name);
    },
  );

  it("has every message in its sink after the redrive, exactly once", async () => {
    const before = await refusedBy(world, shaper, "no-quarantine-redshift");
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    assert.match(lines.at(-1) ?? "", /^\d+ redriven, 0 left$/);
    for (const name of [
      "no-put-to-warehouse",
      "no-transform-redshift",
      "no-delivery-log",
      "no-loader-runstatements",
      "no-loader-followownstatements",
      "no-loader-writemanifest",
      "no-loader-setaside",
      "no-read-objects",
    ]) {
      await arrived(name);
      await world.deployment.idle();
      assert.equal((await warehouse.rowsOf(name)).length, 1, name);
    }
    const entry = await eventually("the invalid message in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, "no-quarantine-redshift")),
    );
    assert.equal(entry.reason, "not-utf8");
    // Other integrations have quarantined it, too.
    const reasons = await refused(world, shaper, "no-quarantine-redshift", before.length + 1);
    assert.deepEqual([...new Set(reasons)], ["not-utf8"]);
    for (const queue of ["queueUrl", "failuresUrl"])
      assert.deepEqual(await held(world, world.outputs.of[integration]?.[queue]), []);
  });
});
