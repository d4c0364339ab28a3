import { CreateTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import * as assert from "node:assert/strict";
import { createHandler } from "../../../functions/iot-to-dynamodb";
import { readingId } from "../../../functions/shared/reading-id";
import { createClients, type Clients } from "../../../local/aws/clients";
import { envelopeOf, kinesisEvent, readingOf, receivedAt } from "../../support/events";
import { sharedAccount } from "../../support/account";
import { logged } from "../../functions/logged";

const TableName = "state-writer-state";

const reading = (temperature: number, ago: number, deviceId = "pump-7") =>
  envelopeOf(readingOf({ deviceId, temperature, timestamp: receivedAt - ago }), { deviceId });

describe("The state writer on a real table", () => {
  let clients: Clients;
  const { send } = DynamoDBClient.prototype;

  before(async () => {
    clients = createClients(await sharedAccount());
    const dynamodb = clients.get(DynamoDBClient);
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "deviceId", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "deviceId", KeyType: "HASH" }],
      }),
    );
    // The callback makes its own client, which knows nothing of the emulator's certificate; its requests go by one that does.
    DynamoDBClient.prototype.send = function (this: unknown, ...args: unknown[]) {
      return (send as (...given: unknown[]) => unknown).apply(dynamodb, args);
    } as typeof send;
  });
  after(() => {
    DynamoDBClient.prototype.send = send;
    clients.destroy();
  });

  const write = async (...data: string[]) => {
    const handler = createHandler({
      stateTableName: TableName,
      quarantineQueueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/unused",
    });
    const { answer, counts } = await logged(() => handler(kinesisEvent(...data)));
    assert.deepEqual(answer, { batchItemFailures: [] });
    return { Stored: counts?.Stored, Stale: counts?.Stale };
  };

  const stateOf = async (deviceId: string) => {
    const { Items = [] } = await clients.get(DynamoDBClient).send(new ScanCommand({ TableName }));
    return Items.find((item) => item.deviceId?.S === deviceId);
  };

  it("writes a device's first reading with every value in its type", async () => {
    const message = "läuft";
    const given = readingOf({ message, temperature: -0.25 });
    assert.deepEqual(await write(envelopeOf(given)), {
      Stored: 1,
      Stale: 0,
    });
    assert.deepEqual(await stateOf("pump-7"), {
      deviceId: { S: "pump-7" },
      listing: { S: "devices" },
      timestamp: { N: String(receivedAt) },
      temperature: { N: "-0.25" },
      humidity: { N: "40" },
      pressure: { N: "1013" },
      status: { S: "ok" },
      message: { S: message },
      precedence: { S: `1-${readingId(given)}` },
      receivedAt: { N: String(receivedAt) },
    });
  });

  it("is not overwritten by a late message, nor by the same one again", async () => {
    await write(reading(1, 1000, "pump-8"));
    assert.deepEqual(await write(reading(1, 1000, "pump-8")), { Stored: 0, Stale: 1 });
    assert.deepEqual(await write(reading(3, 1001, "pump-8")), { Stored: 0, Stale: 1 });
    assert.equal((await stateOf("pump-8"))?.temperature?.N, "1");
  });

  it("is overwritten as a whole by a newer reading", async () => {
    const deviceId = "pump-9";
    await write(
      envelopeOf(readingOf({ deviceId, message: "old", timestamp: receivedAt - 10 }), {
        deviceId,
      }),
    );
    assert.deepEqual(await write(reading(2, 0, deviceId)), { Stored: 1, Stale: 0 });
    const state = await stateOf(deviceId);
    assert.equal(state?.temperature?.N, "2");
    assert.equal(state.message, undefined);
  });

  it("compares times as numbers, not as text", async () => {
    const deviceId = "pump-10";
    const at = (timestamp: number, temperature: number) =>
      envelopeOf(readingOf({ deviceId, timestamp, temperature }), { deviceId, at: timestamp });
    await write(at(999, 1));
    assert.deepEqual(await write(at(1000, 2)), { Stored: 1, Stale: 0 });
    assert.equal((await stateOf(deviceId))?.temperature?.N, "2");
  });

  it("ends with the newest, whatever order batches and records come in", async () => {
    const deviceId = "pump-11";
    const agos = [700, 300, 900, 100, 500, 100, 800];
    for (const ago of agos)
      await write(reading(ago % 97, ago + 7, deviceId), reading(ago % 100, ago, deviceId));
    const state = await stateOf(deviceId);
    assert.equal(state?.timestamp?.N, String(receivedAt - 100));
  });

  it("ends with the newest when two writers meet", async () => {
    const deviceId = "pump-12";
    await logged(async () => {
      const handler = createHandler({ stateTableName: TableName, quarantineQueueUrl: "unused" });
      const batches = [5, 3, 1, 4, 2].map((ago) => kinesisEvent(reading(ago, ago, deviceId)));
      await Promise.all(batches.map(handler));
    });
    assert.equal((await stateOf(deviceId))?.temperature?.N, "1");
  });
});
