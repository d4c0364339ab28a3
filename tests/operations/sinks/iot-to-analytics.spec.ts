import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as assert from "node:assert/strict";
import { idInWindow, pack } from "../../../functions/iot-to-analytics/window";
import { sink } from "../../../operations/sinks/iot-to-analytics";
import type { Search } from "../../../operations/sinks/search";

const start = 1_795_478_400_000;
const outputs = {
  ...{ devicePolicyName: "policy", topicPrefix: "devices" },
  of: {
    "iot-to-analytics": {
      averagesTable: "averages",
      averagedField: "humidity",
      averagesAbove: "70",
    },
  },
};

/** A client whose table has these pages, which records what it is asked. */
function tableOf(pages: object[][]) {
  const asked: { command: string; input: Record<string, unknown> }[] = [];
  const client = new DynamoDBClient({ region: "eu-central-1" });
  const send = async (command: { constructor: { name: string }; input: object }) => {
    asked.push({ command: command.constructor.name, input: { ...command.input } });
    const page = pages[asked.length - 1] ?? [];
    return { Items: page, ...(asked.length < pages.length && { LastEvaluatedKey: { page: {} } }) };
  };
  return { client: Object.assign(client, { send }), asked };
}

const item = (deviceId: string, ...offsets: number[]) => {
  const values = offsets.map((offset) => [idInWindow(start + offset, "0123456789"), 90] as const);
  const { ids, values: numbers } = pack(new Map(values));
  return {
    deviceId: { S: deviceId },
    windowStart: { N: String(start) },
    ids: { S: ids },
    values: { S: JSON.stringify(numbers) },
  };
};

describe("the readings that iot-to-analytics has averaged", () => {
  it("are those above the threshold of the stack, by its field", () => {
    const expected = [70, 70.1, 71, undefined].map((humidity) =>
      sink.expects({ humidity, temperature: 99 }, outputs),
    );
    assert.deepEqual(expected, [false, true, true, false]);
    assert.equal(sink.expects({ humidity: 99 }, { ...outputs, of: {} }), false);
  });

  it("are all readings in the windows of the table, of every page", async () => {
    const { client, asked } = tableOf([[item("a", 0, 59_999)], [item("b", 7)]]);
    const search = { clients: { dynamodb: client }, outputs } as unknown as Search;
    assert.deepEqual(
      await sink.stored(search),
      new Set([`a#${start}`, `a#${start + 59_999}`, `b#${start + 7}`]),
    );
    assert.deepEqual(
      asked.map(({ command, input }) => [command, input["TableName"]]),
      [
        ["ScanCommand", "averages"],
        ["ScanCommand", "averages"],
      ],
    );
  });

  it("are those of one device if only that is asked for", async () => {
    const { client, asked } = tableOf([[item("a", 5)]]);
    const search = { clients: { dynamodb: client }, outputs, deviceId: "a" } as unknown as Search;
    assert.deepEqual(await sink.stored(search), new Set([`a#${start + 5}`]));
    assert.equal(asked[0]?.command, "QueryCommand");
    assert.deepEqual(asked[0]?.input["ExpressionAttributeValues"], { ":device": { S: "a" } });
  });
});
