import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import type { Reading } from "../reading/reading";
import { levelOf } from "../reading/severity";
import { createBatchSplitter, type Accepted } from "./shared/batch";
import { groupBy } from "./shared/group";
import { itemOf } from "./shared/item";
import { describeError, log } from "./shared/log";
import { count } from "./shared/metrics";
import { quarantineQueue, type Quarantine } from "./shared/quarantine";
import { readingId } from "./shared/reading-id";
import { createReadingParser } from "./shared/reading-parser";
import { required } from "./shared/settings";
import { streamAnswer } from "./shared/stream-answer";

export interface Settings {
  stateTableName: string;
  quarantineQueueUrl: string;
}

/** A device's newest reading, and when AWS IoT received it. */
export interface State extends Reading {
  /** In ms since the epoch. */
  receivedAt: number;
  /** Decides between readings of the same time: the greater one, in the order of its characters, is the state. */
  precedence: string;
}

/** The calls that the handler makes. */
export interface Ports {
  /** Writes the state unless the table has the same, a newer one, or one of the same time that precedes; returns whether it did. */
  putIfNewer: (state: State) => Promise<boolean>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  stateTableName: required(env, "STATE_TABLE_NAME"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/** The most concurrent writes: DynamoDB has no batch of conditional writes in which one can fail alone. */
const concurrency = 10;

/**
 * Stores each device's newest reading. Runs once per warm environment; the returned handler runs once per batch. Writes once per
 * device and batch, on the condition that the reading is newer, so that late and repeated messages change nothing.
 */
export function createHandler(
  settings: Settings,
  { putIfNewer, quarantine }: Ports = awsPorts(settings),
): (event: KinesisStreamEvent) => Promise<KinesisStreamBatchResponse> {
  const splitBatch = createBatchSplitter(createReadingParser(), quarantine);
  return async ({ Records }) => {
    const incoming = Records.map(({ kinesis }) => ({
      id: kinesis.sequenceNumber,
      body: Buffer.from(kinesis.data, "base64"),
    }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    const devices = groupBy(accepted, ({ reading }) => reading.deviceId);
    let [written, stale] = [0, 0];
    const writeNewest = async (ofDevice: [Accepted, ...Accepted[]]): Promise<void> => {
      const { reading, envelope, precedence } = newest(ofDevice);
      try {
        const { receivedAt } = envelope;
        const isNewer = await putIfNewer({ ...reading, receivedAt, precedence });
        written += isNewer ? 1 : 0;
        stale += ofDevice.length - (isNewer ? 1 : 0);
      } catch (error) {
        log("error", "state not written", {
          deviceId: reading.deviceId,
          error: describeError(error),
        });
        failed.push(...ofDevice.map(({ id }) => id));
      }
    };
    await runEach(devices, concurrency, writeNewest);
    count("iot-to-dynamodb", {
      Received: Records.length,
      Stored: written,
      Stale: stale,
      Quarantined: quarantined,
      Failed: failed.length,
    });
    return streamAnswer(failed, incoming);
  };
}

type Candidate = Accepted & Pick<State, "precedence">;

/** The newest reading; of the same time the one that precedes. The order of arrival does not matter: retries and redrives change it. */
function newest(ofDevice: [Accepted, ...Accepted[]]): Candidate {
  const time = Math.max(...ofDevice.map(({ reading }) => reading.timestamp));
  const [first, ...others] = ofDevice
    .filter(({ reading }) => reading.timestamp === time)
    .map((one): Candidate => ({ ...one, precedence: precedenceOf(one.reading) }));
  return others.reduce((a, b) => (b.precedence > a.precedence ? b : a), first as Candidate);
}

/** Of two readings the more serious one precedes; of equally serious ones, one that their content alone decides. */
function precedenceOf(reading: Reading): string {
  const ranks = { critical: 3, warning: 2, good: 1 };
  const level = levelOf(reading);
  return `${level ? ranks[level] : 0}-${readingId(reading)}`;
}

/** Runs a task for each item. Limits concurrency to `lanes`. */
async function runEach<T>(
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
            // `listing` is the key of the index that lists all devices.
            Item: itemOf({ ...state, listing: "devices" }),
            ConditionExpression:
              "attribute_not_exists(deviceId) OR #timestamp < :timestamp OR (#timestamp = :timestamp AND precedence < :precedence)",
            ExpressionAttributeNames: { "#timestamp": "timestamp" },
            ExpressionAttributeValues: itemOf({
              ":timestamp": state.timestamp,
              ":precedence": state.precedence,
            }),
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
