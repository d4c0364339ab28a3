import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { connectAsync } from "mqtt";
import { atLeast, forComparison, type Line, type Measurement } from "./line";
import { openWorld, type World } from "./local-world";
import { readings } from "../tests/support/readings";
import { inLanes, medians, timed } from "./rounds";

const messages = 500;
/** The number of messages that the rules engine processes concurrently. */
const lanes = 64;
const rounds = 4;

type Reading = ReturnType<typeof readings>[number];

/** Direct calls of the services that the rule actions call, with the same role, on the same emulator. */
const direct: Record<string, (world: World, reading: Reading) => Promise<unknown>> = {
  queue: ({ clients, credentials, queueUrl }, reading) =>
    clients
      .get(SQSClient, credentials)
      .send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(reading) })),
  table: ({ clients, credentials, tableName }, reading) =>
    clients.get(DynamoDBClient, credentials).send(
      new PutItemCommand({
        TableName: tableName,
        Item: Object.fromEntries(
          Object.entries(reading).map(([name, value]: [string, string | number]) => [
            name,
            typeof value === "number" ? { N: String(value) } : { S: value },
          ]),
        ),
      }),
    ),
};

/** Compares messages per second from a device through broker and rule to the sink with direct calls of the emulator. */
export const localDelivery: Measurement = async () => {
  const world = await openWorld();
  const { mqttUrl, device } = world;
  const client = await connectAsync(mqttUrl, { clientId: "bench", reconnectPeriod: 0, ...device });
  const lines: Line[] = [];
  try {
    for (const [sink, call] of Object.entries(direct)) {
      const publish = async ({ receivedAt: _, ...reading }: Reading): Promise<void> => {
        await client.publishAsync(`${sink}/bench`, JSON.stringify(reading), { qos: 1 });
      };
      const seconds = await medians(
        {
          local: async () => {
            await inLanes(readings(messages), lanes, publish);
            await world.idle();
          },
          alone: () => inLanes(readings(messages), lanes, (reading) => call(world, reading)),
        },
        rounds,
        timed,
      );
      const what = `local delivery: MQTT to rule to ${sink}`;
      lines.push(
        atLeast(what, (100 * seconds.alone) / seconds.local, 80, "% of the emulator alone"),
        forComparison(what, messages / seconds.local, "messages/s"),
      );
    }
    return lines;
  } finally {
    await client.endAsync(true);
    await world.stop();
  }
};
