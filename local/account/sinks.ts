import { DynamoDBClient, paginateScan, type AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Deployment, Platform } from "../deployment";
import type { Found } from "./account";
import type { Integration } from "./ledger";
import { quarantinedIn, setAsideIn } from "./queues";

/** What the program says of itself in its outputs. */
export interface Outputs {
  devicePolicyName: string;
  topicPrefix: string;
  failures: Partial<Record<Integration | "telemetry", string>>;
  quarantine: Partial<Record<Integration, string>>;
  tables: { history?: string; state?: string };
  topics: { alerts?: string };
  queues: { work?: string };
}

export interface Evidence {
  platform: Platform;
  deployment: Deployment;
  outputs: Outputs;
  /** Acknowledgements that reached the devices. */
  acks(): { deviceId: string; payload: Uint8Array }[];
}

/** For each integration that is deployed, how to find what it has. */
export function finders(evidence: Evidence): Partial<Record<Integration, () => Promise<Found>>> {
  const stored: Record<Integration, () => Promise<Set<string>>> = {
    "iot-to-dynamodb": () => keptReadings(evidence),
    "iot-to-sns": async () => toldToAll(evidence),
    "iot-to-sqs": async () => acknowledged(evidence),
  };
  const deployed = Object.keys(evidence.outputs.quarantine) as Integration[];
  return Object.fromEntries(
    deployed.map((integration) => [
      integration,
      async () => ({
        stored: await stored[integration](),
        ...(await aside(evidence, integration)),
      }),
    ]),
  );
}

async function aside(
  { platform: { clients }, outputs }: Evidence,
  integration: Integration,
): Promise<Pick<Found, "quarantined" | "setAside">> {
  const { failures, quarantine, topicPrefix } = outputs;
  // What does not get onto the telemetry stream is missing in the integration that reads it.
  const failureQueues = [
    failures[integration],
    ...(integration === "iot-to-dynamodb" ? [failures.telemetry] : []),
  ].filter((url): url is string => url !== undefined);
  const setAside = new Set<string>();
  for (const url of failureQueues)
    for (const key of await setAsideIn(clients, url, topicPrefix)) setAside.add(key);
  return { quarantined: await quarantinedIn(clients, quarantine[integration] ?? ""), setAside };
}

/** Readings in the history whose device's state is at least as new. */
async function keptReadings({ platform, outputs }: Evidence): Promise<Set<string>> {
  const { history = "", state = "" } = outputs.tables;
  const newest = new Map<string, number>();
  for (const { deviceId, timestamp } of await itemsOf(platform, state))
    newest.set(deviceId?.S ?? "", Number(timestamp?.N));
  const kept = (await itemsOf(platform, history)).map(({ deviceId, timestamp }) => ({
    deviceId: deviceId?.S ?? "",
    timestamp: Number(timestamp?.N),
  }));
  return new Set(
    kept
      .filter(({ deviceId, timestamp }) => timestamp <= (newest.get(deviceId) ?? -Infinity))
      .map(({ deviceId, timestamp }) => `${deviceId}#${timestamp}`),
  );
}

async function itemsOf(
  { clients }: Platform,
  TableName: string,
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  const pages = paginateScan(
    { client: clients.get(DynamoDBClient) },
    { TableName, ConsistentRead: true },
  );
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}

/** Readings that every subscriber of the alerts has been told of. */
function toldToAll({ platform, deployment, outputs }: Evidence): Set<string> {
  const subscribers = alertEndpoints(deployment, outputs);
  const told = subscribers.map(
    (endpoint) =>
      new Set(
        platform.inbox
          .received(endpoint)
          .map(({ attributes }) => `${attributes.deviceId}#${attributes.timestamp}`),
      ),
  );
  const [first = new Set<string>(), ...others] = told;
  return new Set([...first].filter((id) => others.every((ids) => ids.has(id))));
}

/** Who is subscribed to the alerts topic. */
export const alertEndpoints = ({ resources }: Deployment, { topics }: Outputs): string[] =>
  resources
    .filter(
      ({ type, plain }) =>
        type === "aws:sns/topicSubscription:TopicSubscription" && plain.topic === topics.alerts,
    )
    .map(({ plain }) => plain.endpoint as string);

function acknowledged({ acks }: Evidence): Set<string> {
  return new Set(
    acks().map(({ deviceId, payload }) => {
      const { timestamp } = JSON.parse(Buffer.from(payload).toString()) as { timestamp: number };
      return `${deviceId}#${timestamp}`;
    }),
  );
}
