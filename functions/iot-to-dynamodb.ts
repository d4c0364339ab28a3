import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { createSorter, type Accepted } from "./shared/batch";
import { groupBy } from "./shared/group";
import { itemOf } from "./shared/item";
import { log, told } from "./shared/log";
import { count } from "./shared/metrics";
import { quarantineQueue, type Quarantine } from "./shared/quarantine";
import { createReadingParser, type Reading } from "./shared/reading";
import { required } from "./shared/settings";

export interface Settings {
  stateTableName: string;
  quarantineQueueUrl: string;
}

/** A device's newest reading, and when AWS IoT took it. */
export interface State extends Reading {
  receivedAt: number;
}

/** The world outside. */
export interface Ports {
  /** Writes the state unless the table has one that is as new; false if it has. */
  putIfNewer: (state: State) => Promise<boolean>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  stateTableName: required(env, "STATE_TABLE_NAME"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/** Writes under way at a time: DynamoDB has no batch of conditional writes in which one may fail alone. */
const concurrency = 10;

/**
 * Keeps each device's newest reading. Runs once per warm environment; the returned handler runs once per batch. One write per
 * device and batch, on the condition that it is newer, so that late and repeated messages change nothing.
 */
export function createHandler(
  settings: Settings,
  { putIfNewer, quarantine }: Ports = awsPorts(settings),
): (event: KinesisStreamEvent) => Promise<KinesisStreamBatchResponse> {
  const sortOut = createSorter(createReadingParser(), quarantine);
  return async ({ Records }) => {
    const incoming = Records.map(({ kinesis }) => ({
      id: kinesis.sequenceNumber,
      body: Buffer.from(kinesis.data, "base64"),
    }));
    const { accepted, quarantined, failed } = await sortOut(incoming);
    const devices = groupBy(accepted, ({ reading }) => reading.deviceId);
    let [written, stale] = [0, 0];
    const writeNewest = async (ofDevice: [Accepted, ...Accepted[]]): Promise<void> => {
      const { reading, envelope } = newest(ofDevice);
      try {
        const isNewer = await putIfNewer({ ...reading, receivedAt: envelope.receivedAt });
        written += isNewer ? 1 : 0;
        stale += ofDevice.length - (isNewer ? 1 : 0);
      } catch (error) {
        log("error", "state not written", { deviceId: reading.deviceId, error: told(error) });
        failed.push(...ofDevice.map(({ id }) => id));
      }
    };
    await inTurn(devices, concurrency, writeNewest);
    count("iot-to-dynamodb", {
      Received: Records.length,
      Stored: written,
      Stale: stale,
      Quarantined: quarantined,
      Failed: failed.length,
    });
    return {
      batchItemFailures: firstOf(failed, incoming).map((itemIdentifier) => ({ itemIdentifier })),
    };
  };
}

/** Of equal times the first: what comes again is a repetition. */
const newest = ([first, ...others]: [Accepted, ...Accepted[]]): Accepted =>
  others.reduce((a, b) => (b.reading.timestamp > a.reading.timestamp ? b : a), first);

/** Lambda takes a stream's batch up again at the lowest sequence number it is told, so only that one matters. */
function firstOf(failed: string[], incoming: { id: string }[]): string[] {
  const first = incoming.find(({ id }) => failed.includes(id));
  return first ? [first.id] : [];
}

/** Runs a task for each item, a few at a time. */
async function inTurn<T>(
  items: T[],
  lanes: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await task(next);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}

function awsPorts(settings: Settings): Ports {
  const dynamodb = new DynamoDBClient({});
  return {
    putIfNewer: async (state) => {
      try {
        await dynamodb.send(
          new PutItemCommand({
            TableName: settings.stateTableName,
            // The key of the index that lists all devices.
            Item: itemOf({ ...state, listing: "devices" }),
            ConditionExpression: "attribute_not_exists(deviceId) OR #timestamp < :timestamp",
            ExpressionAttributeNames: { "#timestamp": "timestamp" },
            ExpressionAttributeValues: { ":timestamp": { N: String(state.timestamp) } },
          }),
        );
        return true;
      } catch (error) {
        if ((error as Error).name === "ConditionalCheckFailedException") return false;
        throw error;
      }
    },
    quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl),
  };
}
