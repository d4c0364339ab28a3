import * as assert from "node:assert/strict";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createWorld, nextName, send, type World } from "../world";
import { ruleUnderTest } from "./under-test";

/** Numbers that a double would round. */
const numbers = [
  "9007199254740993",
  "-9007199254740993",
  "12345678901234567890123456789012345678",
  "36.903999599999977",
  "1234567890123456789.0123456789012345678",
];
const json = `{"id":"a","t":1,"n":9007199254740993,"list":[${numbers.join(",")},{"deep":[${numbers.join(",")}]}]}`;
const listOf = (values: string[]) => values.map((N) => ({ N }));
const attributes = {
  id: { S: "a" },
  t: { N: "1" },
  n: { N: "9007199254740993" },
  list: { L: [...listOf(numbers), { M: { deep: { L: listOf(numbers) } } }] },
};

describe("Numbers that a double would round", () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.end());

  const table = async (...actions: string[]) => {
    const { name, arn, items } = await world.table();
    const roleArn = await world.role(actions.map((Action) => ({ Action, Resource: arn })));
    return { name, items, roleArn };
  };

  it("reach the dynamodb action without loss of precision, in its keys too", async () => {
    const { name, items, roleArn } = await table("dynamodb:PutItem", "dynamodb:UpdateItem");
    const settings = {
      tableName: name,
      hashKeyField: "deviceId",
      hashKeyValue: "${id}",
      rangeKeyField: "timestamp",
      rangeKeyValue: "${n}",
      rangeKeyType: "NUMBER",
      operation: "${op}",
      roleArn,
    };
    await ruleUnderTest(world, "SELECT id, t, n, list FROM 'xn1'", { dynamodbs: [settings] });
    for (const op of ["INSERT", "UPDATE"]) {
      await world.publish("xn1", json.replace("{", `{"op":"${op}",`));
      assert.deepEqual(await items(), [
        {
          deviceId: { S: "a" },
          timestamp: { N: "9007199254740993" },
          payload: { M: attributes },
        },
      ]);
    }
  });

  it("reach the dynamodbv2 action without loss of precision, from the payload and from a selection", async () => {
    for (const [topic, select] of [
      ["xn2/all", "*"],
      ["xn2/some", "id, t, n, list, deviceId, timestamp"],
    ]) {
      const { name, items, roleArn } = await table("dynamodb:PutItem");
      const action = { putItem: { tableName: name }, roleArn };
      await ruleUnderTest(world, `SELECT ${select} FROM '${topic}'`, { dynamodbv2s: [action] });
      await world.publish(String(topic), json.replace("{", '{"deviceId":"a","timestamp":-0,'));
      assert.deepEqual(await items(), [
        { deviceId: { S: "a" }, timestamp: { N: "0" }, ...attributes },
      ]);
    }
  });

  it("that DynamoDB does not accept fail the action", async () => {
    const { name, items, roleArn } = await table("dynamodb:PutItem");
    const rule = await ruleUnderTest(world, "SELECT * FROM 'xn3'", {
      dynamodbv2s: [{ putItem: { tableName: name }, roleArn }],
    });
    await world.publish("xn3", '{"deviceId":"a","timestamp":1,"n":1e400}');
    const [failure] = await rule.failures();
    assert.match(
      failure?.errorMessage ?? "",
      /Number overflow\..* Error Code: ValidationException;/,
    );
    assert.deepEqual(await items(), []);
  });

  it("are returned by get_dynamodb unchanged, in an item and by a key", async () => {
    const { name, roleArn } = await table("dynamodb:GetItem");
    await world.clients.get(DynamoDBClient).send(
      new PutItemCommand({
        TableName: name,
        Item: {
          deviceId: { S: "a" },
          timestamp: { N: "9007199254740993" },
          ...attributes,
          set: { NS: ["9007199254740993"] },
        },
      }),
    );
    const queue = await world.queue();
    const call = `get_dynamodb('${name}', 'deviceId', id, 'timestamp', n, '${roleArn}')`;
    await ruleUnderTest(
      world,
      `SET @i = ${call} SELECT @i.n AS n, @i.list AS list, @i.set AS s FROM 'xn4'`,
      {
        sqs: [{ queueUrl: queue.url, useBase64: false, roleArn: await world.role([send(queue)]) }],
      },
    );
    await world.publish("xn4", json);
    assert.deepEqual(await queue.drain(), [
      json.replace('"id":"a","t":1,', "").replace("}]}", '}],"s":[9007199254740993]}'),
    ]);
  });

  it("are republished, put into templates, and kept in the error action's original payload", async () => {
    const queue = await world.queue();
    const roleArn = await world.role([
      send(queue),
      { Action: "iot:Publish", Resource: "arn:aws:iot:*:*:topic/xn5/*" },
    ]);
    await ruleUnderTest(world, "SELECT n, list FROM 'xn5'", {
      republishes: [{ topic: "xn5/${n}", roleArn }],
    });
    await world.iot.addRule({
      enabled: true,
      sqlVersion: "2016-03-23",
      name: nextName("rule"),
      sql: "SELECT *, topic(2) AS level FROM 'xn5/+'",
      sqs: [{ queueUrl: `${queue.url}-gone`, useBase64: false, roleArn }],
      errorAction: { sqs: { queueUrl: queue.url, useBase64: false, roleArn } },
    });
    await world.publish("xn5", json);
    const [body = "{}"] = await queue.drain();
    const { topic, base64OriginalPayload } = JSON.parse(body) as Record<string, string>;
    assert.equal(topic, "xn5/9007199254740993");
    assert.equal(
      Buffer.from(String(base64OriginalPayload), "base64").toString(),
      json.replace('"id":"a","t":1,', ""),
    );
  });
});
