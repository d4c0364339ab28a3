import {
  BatchGetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { itemOf, valuesOf } from "../item";
import { unknownDevice, type Candidate, type DeviceState, type Note } from "./decision";
import type { GatePorts, Known } from "./gate";

type Item = Record<string, AttributeValue>;

/** How long an item stays: as long as a failures queue keeps a message that may be delivered again, in seconds. */
const remembered = 14 * 86_400;

/**
 * A gate's memory in one table with the key `id`: an item per device (`<deviceId>`), one per reading that was decided about
 * (`<deviceId>#<reading id>`), and one per hour (`#<hours since the epoch>`). Every write is conditional or adds to a number, so
 * concurrent invocations need no lock.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html#WorkingWithItems.ConditionalUpdate
 */
export function gateTable(client: DynamoDBClient, TableName: string): GatePorts {
  return {
    async read(candidates) {
      const found: Item[] = [];
      // https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html: at most 100 keys.
      for (let first = 0; first < candidates.length; first += 50)
        found.push(...(await readItems(client, TableName, candidates.slice(first, first + 50))));
      return knownFrom(found);
    },
    async take(hour, most) {
      const { Attributes, refusedBy } = await updateUnless(client, {
        TableName,
        Key: itemOf({ id: hourKey(hour) }),
        UpdateExpression: "SET expiresAt = :expiresAt ADD taken :one",
        ConditionExpression: "attribute_not_exists(taken) OR taken < :most",
        ExpressionAttributeValues: itemOf({
          ":one": 1,
          ":most": most,
          ":expiresAt": hour * 3600 + remembered,
        }),
        ReturnValues: "UPDATED_NEW",
      });
      return refusedBy ? undefined : Number(Attributes?.taken?.N);
    },
    async giveBack(hour) {
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: itemOf({ id: hourKey(hour) }),
          UpdateExpression: "ADD taken :one",
          ExpressionAttributeValues: itemOf({ ":one": -1 }),
        }),
      );
    },
    async admit({ id, deviceId, receivedAt }, next) {
      const { condition, admittedAt, seenAt, hour, used, admissions, pending } = next;
      const note = pending[id] as Note;
      const isFirst = admissions === 1;
      const { refusedBy } = await updateUnless(client, {
        TableName,
        Key: itemOf({ id: deviceId }),
        // The map of pending readings is there after the first admission.
        UpdateExpression: `SET #condition = :condition, admittedAt = :admittedAt, seenAt = :seenAt, #hour = :hour, #used = :used, admissions = :admissions, expiresAt = :expiresAt, ${isFirst ? "#pending = :pending" : "#pending.#id = :note"} ADD #muted :reported`,
        ConditionExpression: isFirst ? "attribute_not_exists(admissions)" : "admissions = :before",
        ExpressionAttributeNames: {
          "#condition": "condition",
          "#hour": "hour",
          "#used": "used",
          "#pending": "pending",
          "#muted": "muted",
          ...(!isFirst && { "#id": id }),
        },
        ExpressionAttributeValues: {
          ...itemOf({
            ":condition": condition,
            ":admittedAt": admittedAt,
            ":seenAt": seenAt,
            ":hour": hour,
            ":used": used,
            ":admissions": admissions,
            ":reported": -note.muted,
            ":expiresAt": expiryAfter(receivedAt),
            ...(!isFirst && { ":before": admissions - 1 }),
          }),
          ...(isFirst
            ? { ":pending": { M: { [id]: { M: itemOf({ ...note }) } } } }
            : { ":note": { M: itemOf({ ...note }) } }),
        },
      });
      return refusedBy && stateFrom(refusedBy);
    },
    async record(candidate) {
      const Item = readingItem(candidate, "muted");
      const ConditionExpression = "attribute_not_exists(id)";
      try {
        await client.send(new PutItemCommand({ TableName, Item, ConditionExpression }));
        return true;
      } catch (error) {
        if ((error as Error).name === "ConditionalCheckFailedException") return false;
        throw error;
      }
    },
    async addMuted(deviceId, count, { seenAt }) {
      const seen = seenAt === undefined ? "" : ", seenAt = :seenAt";
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: itemOf({ id: deviceId }),
          UpdateExpression: `SET expiresAt = :expiresAt${seen} ADD #muted :count`,
          ExpressionAttributeNames: { "#muted": "muted" },
          ExpressionAttributeValues: itemOf({
            ":count": count,
            ":seenAt": seenAt,
            ":expiresAt": expiryAfter(seenAt ?? Date.now()),
          }),
        }),
      );
    },
    async settle(candidate) {
      await client.send(new PutItemCommand({ TableName, Item: readingItem(candidate, "settled") }));
      await updateUnless(client, {
        TableName,
        Key: itemOf({ id: candidate.deviceId }),
        UpdateExpression: "REMOVE #pending.#id",
        ConditionExpression: "attribute_exists(#pending)",
        ExpressionAttributeNames: { "#pending": "pending", "#id": candidate.id },
      });
    },
  };
}

const hourKey = (hour: number): string => `#${hour}`;

const readingKey = ({ deviceId, id }: Candidate): string => `${deviceId}#${id}`;

const expiryAfter = (time: number): number => Math.floor(time / 1000) + remembered;

const readingItem = (candidate: Candidate, decision: "muted" | "settled"): Item =>
  itemOf({
    id: readingKey(candidate),
    deviceId: candidate.deviceId,
    timestamp: candidate.timestamp,
    decision,
    expiresAt: expiryAfter(candidate.receivedAt),
  });

async function readItems(
  client: DynamoDBClient,
  table: string,
  candidates: Candidate[],
): Promise<Item[]> {
  const ids = new Set(candidates.flatMap((one) => [one.deviceId, readingKey(one)]));
  const Keys = [...ids].map((id) => itemOf({ id }));
  const { Responses, UnprocessedKeys } = await client.send(
    new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
  );
  if (UnprocessedKeys?.[table])
    throw new Error(`DynamoDB did not read all keys of ${table}: it throttles reads.`);
  return Responses?.[table] ?? [];
}

function knownFrom(items: Item[]): Known {
  const states = new Map<string, DeviceState>();
  const decided = new Set<string>();
  for (const item of items) {
    const [deviceId = "", reading] = (item.id?.S ?? "").split("#");
    if (reading === undefined) states.set(deviceId, stateFrom(item));
    else decided.add(reading);
  }
  return { states, decided };
}

function stateFrom({ pending, ...item }: Item): DeviceState {
  const notes = Object.entries(pending?.M ?? {}).map(([id, note]) => [id, valuesOf(note.M ?? {})]);
  return {
    ...unknownDevice,
    ...(valuesOf(item) as Partial<DeviceState>),
    pending: Object.fromEntries(notes) as Record<string, Note>,
  };
}

/** Updates an item; returns the item that did not meet the condition, empty if there is none. */
async function updateUnless(
  client: DynamoDBClient,
  input: UpdateItemCommandInput,
): Promise<{ Attributes?: Item; refusedBy?: Item }> {
  try {
    const ReturnValuesOnConditionCheckFailure = "ALL_OLD";
    const { Attributes } = await client.send(
      new UpdateItemCommand({ ...input, ReturnValuesOnConditionCheckFailure }),
    );
    return { Attributes };
  } catch (error) {
    if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
    return { refusedBy: (error as { Item?: Item }).Item ?? {} };
  }
}
