import { callApi } from "../../aws/call-api";
import type { Evidence } from "./sink";
import { readingsIn } from "./tables";

/** What became of the requests that the account made to the API. */
export interface ApiAccount {
  requests: number;
  /** With 200. */
  answered: number;
  errors: number;
  /** Devices of which the API says something else than the state table, or that only one of them knows. */
  differing: string[];
}

const mostAtOnce = 20;

/** Asks the API for every device and holds its answers against the state table; undefined if there is no API. */
export async function auditApi({
  platform,
  outputs,
}: Pick<Evidence, "platform" | "outputs">): Promise<ApiAccount | undefined> {
  const { clients } = platform;
  const url = outputs.apis.devices;
  if (url === undefined) return undefined;
  const account: ApiAccount = { requests: 0, answered: 0, errors: 0, differing: [] };
  const ask = async (path: string, query?: Record<string, string>): Promise<unknown> => {
    account.requests += 1;
    const { status, body } = await callApi(clients.account, url, path, { query });
    account[status === 200 ? "answered" : "errors"] += 1;
    return status === 200 ? (JSON.parse(body.toString()) as unknown) : undefined;
  };
  const kept = await readingsIn(clients, outputs.tables.state ?? "");
  const newest = new Map(kept.map(({ deviceId, timestamp }) => [deviceId, timestamp]));
  const listed = await listDevices(ask);
  const waiting = [...new Set([...newest.keys(), ...listed])];
  const lane = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const state = await ask(`/devices/${encodeURIComponent(id)}`);
      const { timestamp } = (state ?? {}) as { timestamp?: number };
      if (timestamp !== newest.get(id) || !listed.has(id)) account.differing.push(id);
    }
  };
  await Promise.all(Array.from({ length: mostAtOnce }, lane));
  return account;
}

/** Every device that the API lists, page by page. */
async function listDevices(
  ask: (path: string, query: Record<string, string>) => Promise<unknown>,
): Promise<Set<string>> {
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = (await ask("/devices", { limit: "1000", ...(cursor && { cursor }) })) as
      { devices: { deviceId: string }[]; next?: string } | undefined;
    for (const { deviceId } of page?.devices ?? []) ids.add(deviceId);
    cursor = page?.next;
  } while (cursor !== undefined);
  return ids;
}

export const isFaultless = ({ errors, differing }: ApiAccount): boolean =>
  errors === 0 && differing.length === 0;

/** The API's line of the account. */
export function apiSentence({ requests, answered, errors, differing }: ApiAccount): string {
  const counts = `api-to-devices: ${requests} requests, ${answered} answered, ${errors} errors`;
  if (differing.length === 0) return `${counts}; it says of each device what the state table says.`;
  const some = differing.slice(0, 5).join(", ");
  return `${counts}; of ${differing.length} devices it does not say what the state table says: ${some}.`;
}
