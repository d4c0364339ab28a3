import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as assert from "node:assert/strict";
import {
  keyOf,
  sentimentsTable,
  type Analysed,
} from "../../../functions/iot-to-comprehend/sentiments-table";
import { receivedAt } from "../../support/events";
import { useAws } from "../aws";
import { logged } from "../logged";
import { neutral } from "./service";

const itemsOf = (count: number): Analysed[] =>
  Array.from({ length: count }, (_, nth) => ({
    ...{ deviceId: "pump-7", logKey: `${receivedAt}#${nth}`, timestamp: receivedAt, receivedAt },
    ...{ language: "en", text: "fine", ...neutral, expiresAt: 1 },
  }));

interface Requests {
  RequestItems: Record<string, { PutRequest: { Item: { logKey: { S: string } } } }[]>;
}
const keysIn = (input: unknown): string[] =>
  ((input as Requests).RequestItems["sentiments"] ?? []).map(
    ({ PutRequest }) => PutRequest.Item.logKey.S,
  );

describe("The table of sentiments", () => {
  const cloud = useAws();
  const store = async (items: Analysed[]) => {
    const pauses: number[] = [];
    const wait = async (milliseconds: number) => void pauses.push(milliseconds);
    const table = sentimentsTable(new DynamoDBClient({ maxAttempts: 1 }), "sentiments", wait);
    const { answer } = await logged(() => table(items));
    return { missed: answer, pauses };
  };

  it("writes 25 items a call, and numbers as DynamoDB takes them", async () => {
    const { missed } = await store(itemsOf(60));
    assert.deepEqual(
      cloud.aws.calls.map(({ input }) => keysIn(input).length),
      [25, 25, 10],
    );
    assert.equal(missed.size, 0);
    const [first] = (cloud.aws.calls[0]?.input as unknown as Requests).RequestItems["sentiments"]!;
    assert.deepEqual(first?.PutRequest.Item, {
      ...{ deviceId: { S: "pump-7" }, logKey: { S: `${receivedAt}#0` } },
      ...{ timestamp: { N: String(receivedAt) }, receivedAt: { N: String(receivedAt) } },
      ...{ language: { S: "en" }, text: { S: "fine" }, sentiment: { S: "NEUTRAL" } },
      ...{ positive: { N: "0" }, negative: { N: "0" }, neutral: { N: "1" }, mixed: { N: "0" } },
      expiresAt: { N: "1" },
    });
  });

  it("makes no call without items", async () => {
    await store([]);
    assert.deepEqual(cloud.aws.calls, []);
  });

  it("writes again what DynamoDB has no capacity for, after a pause", async () => {
    let refusals = 2;
    cloud.aws.answer("BatchWriteItem", ({ RequestItems }) => {
      const { sentiments = [] } = RequestItems as Requests["RequestItems"];
      return refusals-- > 0 ? { UnprocessedItems: { sentiments: sentiments.slice(-1) } } : {};
    });
    const { missed, pauses } = await store(itemsOf(3));
    assert.deepEqual(
      cloud.aws.calls.map(({ input }) => keysIn(input).length),
      [3, 1, 1],
    );
    assert.deepEqual([missed.size, pauses.length], [0, 2]);
  });

  it("names what DynamoDB has no capacity for in the end, and nothing else", async () => {
    const items = itemsOf(3);
    cloud.aws.answer("BatchWriteItem", ({ RequestItems }) => {
      const { sentiments = [] } = RequestItems as Requests["RequestItems"];
      return { UnprocessedItems: { sentiments: sentiments.slice(-1) } };
    });
    const { missed } = await store(items);
    assert.equal(cloud.aws.calls.length, 4);
    assert.deepEqual([...missed], items.slice(-1).map(keyOf));
  });

  it("names all items of a call that fails, and writes the others", async () => {
    const items = itemsOf(30);
    let calls = 0;
    cloud.aws.answer("BatchWriteItem", () =>
      ++calls === 1 ? { refused: "AccessDeniedException" } : {},
    );
    const { missed } = await store(items);
    assert.equal(cloud.aws.calls.length, 2);
    assert.deepEqual([...missed], items.slice(0, 25).map(keyOf));
  });
});
