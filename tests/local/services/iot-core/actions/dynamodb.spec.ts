import * as assert from "node:assert/strict";
import { createWorld, type World } from "../world";
import { denied, ruleUnderTest, type RuleUnderTest } from "./under-test";

describe("dynamodb action", () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.end());

  async function withTable(topic: string, actions: string[], settings: object = {}) {
    const table = await world.table();
    const roleArn = await world.role(actions.map((Action) => ({ Action, Resource: table.arn })));
    const action = {
      tableName: table.name,
      hashKeyField: "deviceId",
      hashKeyValue: "${topic(2)}",
      rangeKeyField: "timestamp",
      rangeKeyValue: "${t}",
      rangeKeyType: "NUMBER",
      roleArn,
      ...settings,
    };
    const rule: RuleUnderTest = await ruleUnderTest(world, `SELECT * FROM '${topic}/+'`, {
      dynamodbs: [action],
    });
    return { table, rule, roleArn };
  }

  it("writes the whole output into one attribute, under keys from templates", async () => {
    const { table } = await withTable("ddb1", ["dynamodb:PutItem"]);
    await world.publish("ddb1/sensor-1", { t: 5, list: [1, "a"], ok: true });
    assert.deepEqual(await table.items(), [
      {
        deviceId: { S: "sensor-1" },
        timestamp: { N: "5" },
        payload: {
          M: { t: { N: "5" }, list: { L: [{ N: "1" }, { S: "a" }] }, ok: { BOOL: true } },
        },
      },
    ]);
  });

  it("refuses a key that is no number of DynamoDB's, and writes one with all its digits", async () => {
    const { table, rule } = await withTable("ddb5", ["dynamodb:PutItem"]);
    const large = "12345678901234567890123456789012345678";
    await world.publish("ddb5/a", Buffer.from(`{"t":${large}}`));
    await world.publish("ddb5/b", Buffer.from(`{"t":${large}9}`));
    await world.publish("ddb5/c", { t: "soon" });
    await world.publish("ddb5/d", {});
    const items = (await table.items()) as { timestamp: object }[];
    assert.deepEqual(
      items.map(({ timestamp }) => timestamp),
      [{ N: large }],
    );
    const failures = await rule.failures();
    assert.deepEqual(failures.length, 3);
    const [digits, text, nothing] = failures.map(({ errorMessage }) => errorMessage);
    assert.match(digits ?? "", /more than 38 significant digits/);
    assert.match(text ?? "", /cannot be converted to a numeric value: soon/);
    assert.match(nothing ?? "", /cannot be converted to a numeric value: /);
  });

  it("writes a payload that is not JSON as bytes, into the configured attribute", async () => {
    const settings = { payloadField: "raw", rangeKeyValue: "1" };
    const { table } = await withTable("ddb2", ["dynamodb:PutItem"], settings);
    await world.publish("ddb2/sensor-1", Buffer.from([0, 254]));
    assert.deepEqual(await table.items(), [
      { deviceId: { S: "sensor-1" }, timestamp: { N: "1" }, raw: { B: new Uint8Array([0, 254]) } },
    ]);
  });

  it("inserts, updates and deletes as a template says", async () => {
    const permissions = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];
    const { table, rule } = await withTable("ddb3", permissions, { operation: "${do}" });
    await world.publish("ddb3/a", { t: 1, do: "INSERT" });
    await world.publish("ddb3/b", { t: 1, do: "INSERT" });
    await world.publish("ddb3/a", { t: 1, do: "UPDATE", fresh: true });
    await world.publish("ddb3/b", { t: 1, do: "DELETE" });
    await world.publish("ddb3/b", { t: 1, do: "MERGE" });
    assert.deepEqual(await table.items(), [
      {
        deviceId: { S: "a" },
        timestamp: { N: "1" },
        payload: { M: { t: { N: "1" }, do: { S: "UPDATE" }, fresh: { BOOL: true } } },
      },
    ]);
    const [{ errorMessage } = { errorMessage: "" }, ...others] = await rule.failures();
    assert.deepEqual(others, []);
    assert.match(errorMessage, /operation is 'MERGE'; it has to be INSERT, UPDATE or DELETE/);
  });

  it("can insert without permission to delete", async () => {
    const settings = { operation: "DELETE" };
    const { table, rule, roleArn } = await withTable("ddb4", ["dynamodb:PutItem"], settings);
    await world.publish("ddb4/a", { t: 1 });
    const [failure] = await rule.failures();
    assert.deepEqual(
      [failure?.failedAction, failure?.failedResource],
      ["DynamoDBAction", table.name],
    );
    assert.match(failure?.errorMessage ?? "", denied(roleArn, "AccessDeniedException"));
  });

  it("is refused with an incomplete sort key", async () => {
    await assert.rejects(withTable("ddb5", [], { rangeKeyValue: undefined }), {
      message:
        /its dynamodb action is refused: rangeKeyField and rangeKeyValue belong together; give both or none\.$/,
    });
  });

  it("is refused with an unknown key type", async () => {
    await assert.rejects(withTable("ddb6", [], { hashKeyType: "BINARY" }), {
      message: /its dynamodb action is refused: hashKeyType: /,
    });
  });
});
