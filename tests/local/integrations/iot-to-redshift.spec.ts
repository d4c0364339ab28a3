import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { tableStatements } from "../../../components/parts/warehouse-tables";
import { openWarehouse } from "../../../local/doubles/data-api/warehouse";
import { definition } from "../../../reading/fields";
import { installMilliseconds } from "../../support/emulator";
import { eventually, one } from "./eventually";
import { illegible, unfit } from "./invalid";
import { assertQuarantined } from "./quarantine";
import { held } from "./queues";
import { readingOf } from "./readings";
import { warehouseOf, type WarehouseSpec } from "./warehouse";
import { deployed, type World } from "./world";

const integration = "iot-to-redshift";
const validator = "iot-to-redshift-row-shaper";

describe("iot-to-redshift on this machine", function () {
  this.timeout(120_000);
  let world: World;
  let warehouse: WarehouseSpec;
  let workgroup: string;
  let lake: string;
  let queueUrl: string;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-redshift");
    await world.deployment.idle();
    const outputs = world.outputs.of[integration] ?? {};
    workgroup = outputs.workgroup ?? "";
    lake = outputs.lakeBucket ?? "";
    queueUrl = outputs.queueUrl ?? "";
    warehouse = warehouseOf(world);
  });

  const sqs = () => world.platform.clients.get(SQSClient);

  const announce = (key: string) =>
    sqs().send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify({
          source: "aws.s3",
          "detail-type": "Object Created",
          detail: { bucket: { name: lake }, object: { key } },
        }),
      }),
    );

  it("loads each reading with every value, through Firehose, S3, EventBridge and COPY", async () => {
    const device = await world.device("redshift-delivery");
    const readings = [readingOf(device.name), { ...readingOf(device.name), message: "héllo\n" }];
    for (const reading of readings) await device.publish(reading);
    await world.deployment.idle();
    const rows = await eventually("the rows", async () => {
      await world.deployment.idle();
      const found = await warehouse.rowsOf(device.name);
      return found.length === 2 && found;
    });
    assert.deepEqual(
      rows.map(({ readingid: _, receivedat: __, ...row }) => row),
      readings.map(({ deviceId, timestamp, temperature, humidity, pressure, status, ...rest }) => ({
        deviceid: deviceId,
        timestamp: String(timestamp),
        ...{ temperature, humidity, pressure, status },
        message: rest.message ?? null,
      })),
    );
    assert.deepEqual(await held(world, queueUrl), []);
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });

  it("loads an object once that is announced twice", async () => {
    const key = await warehouse.put("redshift-twice");
    await Promise.all([announce(key), announce(key)]);
    await warehouse.loaded("redshift-twice");
    await world.deployment.idle();
    await announce(key);
    await world.deployment.idle();
    assert.equal((await warehouse.rowsOf("redshift-twice")).length, 1);
    assert.equal(
      (await warehouse.query(`SELECT * FROM iot.loaded_objects WHERE object = '${key}'`)).length,
      1,
    );
    assert.deepEqual(await held(world, queueUrl), []);
  });

  it("neither doubles nor loses rows if the answer to a COPY that is committed is lost", async () => {
    world.platform.dataApi.loseAnswers(1);
    await warehouse.put("redshift-crash");
    await warehouse.loaded("redshift-crash");
    await world.deployment.idle();
    assert.equal((await warehouse.rowsOf("redshift-crash")).length, 1);
    assert.deepEqual(await held(world, queueUrl), []);
  });

  it("quarantines each invalid message for its reason, with its bytes", async () => {
    const name = "redshift-invalid";
    await assertQuarantined(world, { integration, validator, buffered: true }, name, [
      ...illegible(name),
      ...unfit(name),
    ]);
    assert.deepEqual(await warehouse.rowsOf(name), []);
  });

  it("loads an object that no event announced after a sweep, and no other again", async () => {
    const key = await warehouse.put("redshift-lost");
    await warehouse.loaded("redshift-lost");
    await world.deployment.idle();
    const others = "SELECT object, batch FROM iot.loaded_objects WHERE object <> '" + key + "'";
    const before = await warehouse.query(`${others} ORDER BY object`);
    assert.ok(before.length > 0);
    await warehouse.unload(key, "redshift-lost");
    assert.equal(await warehouse.sweep(), "");
    await warehouse.loaded("redshift-lost");
    await world.deployment.idle();
    assert.equal((await warehouse.rowsOf("redshift-lost")).length, 1);
    assert.deepEqual(await warehouse.query(`${others} ORDER BY object`), before);
    assert.deepEqual(await held(world, queueUrl), []);
  });

  it("refuses every statement that is not the integration's", async () => {
    await assert.rejects(
      world.platform.dataApi.define(workgroup, "DROP TABLE iot.readings"),
      /does not know this statement/,
    );
  });

  it("takes each statement of the deployment again, as after a refresh that does not find them, except CREATE USER", async () => {
    const statements = world.deployment.resources
      .filter(({ type }) => type === "aws:redshiftdata/statement:Statement")
      .map(({ plain }) => String(plain.sql));
    assert.equal(statements.length, 13);
    for (const sql of statements) await world.platform.dataApi.define(workgroup, sql);
    const [, user] = /sp_create_user\('(.+)'\)/.exec(statements.join("\n")) ?? [];
    await assert.rejects(
      world.platform.dataApi.define(workgroup, `CREATE USER "${user}" PASSWORD DISABLE`),
      /ERROR: user "IAMR:.+-loader-role" already exists/,
    );
  });

  it("replaces the view when fields are added, and keeps it otherwise", async () => {
    const { clients, directory } = world.platform;
    const double = openWarehouse({ clients, directory, workgroupArn: "", copyRoles: [] });
    const added = {
      ...definition,
      fields: { ...definition.fields, door: { type: "boolean" } },
    } as const;
    const define = (statements: Record<string, string>) =>
      double.execute(Object.values(statements), undefined);
    try {
      await define(tableStatements());
      await define(tableStatements());
      await double.query(`ALTER TABLE iot.readings ADD COLUMN "door" BOOLEAN`);
      const { "drop-changed-view": _, ...without } = tableStatements(added);
      await assert.rejects(define(without), /cannot change the columns of view iot.readings_once/);
      await define(tableStatements(added));
      const columns = await double.query("DESCRIBE iot.readings_once");
      assert.ok(columns.some((column) => column["column_name"] === "door"));
    } finally {
      double.close();
    }
  });

  it("loads the good objects of a batch, and sets the bad one aside with the statement and Redshift's error", async () => {
    const failuresUrl = world.outputs.of[integration]?.failuresUrl;
    await warehouse.quickly("redshift-bad", async () => {
      const bad = await warehouse.put("redshift-bad", "no JSON\n");
      await warehouse.put("redshift-good");
      const letter = await eventually("the bad object in the failures queue", async () => {
        const { Messages = [] } = await sqs().send(
          new ReceiveMessageCommand({ QueueUrl: failuresUrl, MessageAttributeNames: ["All"] }),
        );
        return one(Messages);
      });
      const { detail } = JSON.parse(letter.Body ?? "") as { detail: { object: { key: string } } };
      assert.equal(detail.object.key, bad);
      const { ERROR_MESSAGE: error, StatementId: id } = letter.MessageAttributes ?? {};
      assert.match(error?.StringValue ?? "", /ERROR: Load into table 'readings' failed\./);
      const statement = world.platform.dataApi
        .statements()
        .find((one) => one.id === id?.StringValue);
      assert.deepEqual([statement?.name, statement?.status], [bad, "FAILED"]);
      assert.deepEqual(
        await warehouse.query(`SELECT * FROM iot.loaded_objects WHERE object = '${bad}'`),
        [],
      );
      await warehouse.loaded("redshift-good");
      assert.equal((await warehouse.rowsOf("redshift-good")).length, 1);
      await sqs().send(
        new DeleteMessageCommand({ QueueUrl: failuresUrl, ReceiptHandle: letter.ReceiptHandle }),
      );
      // Repaired, since a sweep announces it again.
      await warehouse.put("redshift-bad");
      await warehouse.loaded("redshift-bad");
    });
  });
});
