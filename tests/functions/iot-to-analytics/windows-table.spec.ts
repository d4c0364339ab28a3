import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as assert from "node:assert/strict";
import {
  mostReadings,
  summarise,
  timeOf,
  idInWindow,
  union,
} from "../../../functions/iot-to-analytics/window";
import { windowsTable } from "../../../functions/iot-to-analytics/windows-table";
import { receivedAt as start } from "../../support/events";
import { useAws } from "../aws";

const window = (values: Record<string, number>) => ({
  deviceId: "pump-7",
  start,
  values: new Map(Object.entries(values)),
});

/** Ids of readings, each of twelve characters. */
const [one, two, three] = ["0000aaaaaaaa", "0000bbbbbbbb", "0001aaaaaaaa"];

describe("The table of averages", () => {
  const cloud = useAws();
  const write = (values: Record<string, number>) =>
    windowsTable(new DynamoDBClient({}), {
      tableName: "averages",
      field: "temperature",
      keepDays: 7,
    })(window(values));
  const stored = (ids: string, values: number[], revision: number, more = {}) =>
    cloud.aws.answer("GetItem", () => ({
      Item: {
        ...{
          ids: { S: ids },
          values: { S: JSON.stringify(values) },
          revision: { N: String(revision) },
        },
        ...more,
      },
    }));
  const taken = () => {
    let refusals = 1;
    cloud.aws.answer("PutItem", () =>
      refusals-- > 0 ? { refused: "ConditionalCheckFailedException" } : {},
    );
  };

  it("writes a new window with one call, under a key of device, field and minute, on the condition that it is new", async () => {
    const result = await write({ [one]: 81, [three]: 90 });
    assert.deepEqual(result, {
      ...{
        deviceId: "pump-7",
        field: "temperature",
        windowStart: start,
        windowEnd: start + 60_000,
      },
      ...{ count: 2, average: 85.5, minimum: 81, maximum: 90, revision: 1 },
    });
    assert.deepEqual(cloud.aws.calls, [
      {
        operation: "PutItem",
        input: {
          TableName: "averages",
          Item: {
            deviceId: { S: "pump-7" },
            windowKey: { S: `temperature#${start}` },
            field: { S: "temperature" },
            windowStart: { N: String(start) },
            windowEnd: { N: String(start + 60_000) },
            count: { N: "2" },
            average: { N: "85.5" },
            minimum: { N: "81" },
            maximum: { N: "90" },
            revision: { N: "1" },
            ids: { S: one + three },
            values: { S: "[81,90]" },
            expiresAt: { N: String(start / 1000 + 7 * 86_400) },
          },
          ConditionExpression: "attribute_not_exists(deviceId)",
        },
      },
    ]);
  });

  it("adds readings to a window that is there, each once, and increases its revision", async () => {
    taken();
    stored(one + two, [81, 82], 1);
    const result = await write({ [one]: 81, [three]: 89 });
    assert.deepEqual(
      [result.count, result.average, result.minimum, result.maximum, result.revision],
      [3, 84, 81, 89, 2],
    );
    const last = cloud.aws.calls.at(-1)?.input;
    assert.equal(last?.ConditionExpression, "revision = :known");
    assert.deepEqual(last?.ExpressionAttributeValues, { ":known": { N: "1" } });
  });

  it("changes nothing for readings that the window has already, and returns its result", async () => {
    taken();
    stored(one + two, [81, 82], 4);
    const result = await write({ [two]: 82 });
    assert.deepEqual([result.count, result.revision], [2, 4]);
    assert.deepEqual(
      cloud.aws.calls.map(({ operation }) => operation),
      ["PutItem", "GetItem"],
    );
  });

  it("gives up when others write the window again and again", async () => {
    cloud.aws.answer("PutItem", () => ({ refused: "ConditionalCheckFailedException" }));
    let revision = 0;
    cloud.aws.answer("GetItem", () => ({
      Item: { ids: { S: "" }, values: { S: "[]" }, revision: { N: String(++revision) } },
    }));
    await assert.rejects(write({ [one]: 81 }), { name: "ConditionalCheckFailedException" });
    assert.equal(cloud.aws.calls.filter(({ operation }) => operation === "PutItem").length, 5);
  });

  it("passes on that the table refuses", async () => {
    cloud.aws.answer("PutItem", () => ({ refused: "AccessDeniedException" }));
    await assert.rejects(write({ [one]: 81 }), { name: "AccessDeniedException" });
  });

  it("holds the earliest 10,000 readings of a window, in an item that DynamoDB takes, and says so", async () => {
    const values: Record<string, number> = {};
    for (let at = 0; at < mostReadings + 1; at++)
      values[idInWindow(start + at, "abcdefghij")] = -1.2345678901234567e-100;
    const result = await write(values);
    assert.deepEqual([result.count, result.truncated], [mostReadings, true]);
    const { Item } = cloud.aws.calls[0]?.input as { Item: Record<string, unknown> };
    assert.ok(JSON.stringify(Item).length < 400 * 1024, "The item is too large.");
    assert.deepEqual(Item.truncated, { BOOL: true });
  }).timeout(10_000);
});

describe("A window", () => {
  it("identifies a reading by its millisecond and its content", () => {
    const id = idInWindow(start + 59_999, "abcdefghijkl");
    assert.equal(id, "1aanabcdefgh");
    assert.equal(timeOf(start, id), start + 59_999);
    assert.equal(idInWindow(start, "abcdefghijkl"), "0000abcdefgh");
  });

  it("has no average beyond its values, although sums are rounded", () =>
    assert.deepEqual(summarise([0.1, 0.1, 0.1]), {
      ...{ count: 3, average: 0.1, minimum: 0.1, maximum: 0.1 },
    }));

  it("keeps the same readings in any order of arrival when there are too many", () => {
    const all = Array.from(
      { length: mostReadings + 100 },
      (_, at) => [idInWindow(start + at, "abcdefghij"), at] as const,
    );
    const [early, late] = [new Map(all.slice(0, 7000)), new Map(all.slice(3000))];
    const there = union(early, late);
    const back = union(late, early);
    assert.ok(there.truncated && back.truncated);
    assert.deepEqual([...there.values.keys()], [...back.values.keys()]);
    assert.deepEqual(Math.max(...there.values.values()), mostReadings - 1);
  });
});
