import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { EventBridgeEvent } from "aws-lambda";
import { itemOf, valuesOf } from "../shared/item";
import { log } from "../shared/log";
import { count } from "../shared/metrics";
import { required } from "../shared/settings";
import type { ReadingDetail } from "./event-shaper";
import { follow, type Incident } from "./incident";

export interface Settings {
  incidentsTableName: string;
}

/** The calls that the handler makes. */
export interface Ports {
  read: (deviceId: string) => Promise<Incident | undefined>;
  /** Writes unless the incident has changed since `known` was read; returns whether it did. */
  write: (incident: Incident, known: Incident | undefined) => Promise<boolean>;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  incidentsTableName: required(env, "INCIDENTS_TABLE_NAME"),
});

/** Attempts at a write that another event of the device prevents; at each attempt one of the events succeeds. */
const mostAttempts = 5;

/**
 * Keeps one open incident per device: a critical reading opens it, the next good one closes it. Idempotent, and independent of the
 * order of events. If it throws, Lambda invokes it again, and sends the event to the failures queue in the end.
 */
export function createHandler(
  settings: Settings,
  { read, write }: Ports = awsPorts(settings),
): (event: EventBridgeEvent<string, ReadingDetail>) => Promise<void> {
  return async ({ detail }) => {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const known = await read(detail.deviceId);
      const incident = follow(known, detail);
      if (!incident) return;
      if (!(await write(incident, known))) continue;
      reportChange(incident, known);
      return;
    }
    throw new Error(`The incident of ${detail.deviceId} changed ${mostAttempts} times meanwhile.`);
  };
}

/** Logs and counts an incident that was opened or closed. */
function reportChange(incident: Incident, known: Incident | undefined): void {
  if (incident.status === known?.status) return;
  const opened = incident.status === "open";
  const { deviceId, openedAt } = incident;
  log(opened ? "warn" : "info", `incident ${opened ? "opened" : "closed"}`, {
    deviceId,
    openedAt,
  });
  count("iot-to-eventbridge", opened ? { Opened: 1 } : { Closed: 1 });
}

function awsPorts({ incidentsTableName: TableName }: Settings): Ports {
  const dynamodb = new DynamoDBClient({});
  return {
    read: async (deviceId) => {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName, Key: itemOf({ deviceId }), ConsistentRead: true }),
      );
      return Item && (valuesOf(Item) as unknown as Incident);
    },
    write: async (incident, known) => {
      try {
        await dynamodb.send(
          new PutItemCommand({
            TableName,
            Item: itemOf({ ...incident }),
            ...(known
              ? {
                  ConditionExpression: "changedAt = :changedAt",
                  ExpressionAttributeValues: itemOf({ ":changedAt": known.changedAt }),
                }
              : { ConditionExpression: "attribute_not_exists(deviceId)" }),
          }),
        );
        return true;
      } catch (error) {
        if ((error as Error).name === "ConditionalCheckFailedException") return false;
        throw error;
      }
    },
  };
}
