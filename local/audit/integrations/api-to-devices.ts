import { readingsIn } from "../../../operations/sinks/readings";
import { callApi } from "../../aws/call-api";
import type { Evidence, IntegrationAudit } from "../integration-audit";
import { searchClients } from "../search";

/** The API answers every request, and gives for each device the reading that the state table has. */
export const audit: IntegrationAudit = {
  async check(evidence) {
    const answers = await askForEveryDevice(evidence);
    const passed = answers.errors === 0 && answers.differing.length === 0;
    return { passed, sentence: sentenceOf(answers) };
  },
};

/** The results of the requests that the audit made to the API. */
export interface ApiAnswers {
  requests: number;
  /** With 200. */
  answered: number;
  errors: number;
  /** Devices whose reading differs from the state table's, or that only one of the two has. */
  differing: string[];
}

const mostAtOnce = 20;

/** Requests every device from the API and compares its answers with the state table. */
export async function askForEveryDevice({
  platform,
  outputs,
}: Pick<Evidence, "platform" | "outputs">): Promise<ApiAnswers> {
  const { clients } = platform;
  const { url = "" } = outputs.of["api-to-devices"] ?? {};
  const answers: ApiAnswers = { requests: 0, answered: 0, errors: 0, differing: [] };
  const ask = async (path: string, query?: Record<string, string>): Promise<unknown> => {
    answers.requests += 1;
    const { status, body } = await callApi(clients.account, url, path, { query });
    answers[status === 200 ? "answered" : "errors"] += 1;
    return status === 200 ? (JSON.parse(body.toString()) as unknown) : undefined;
  };
  const kept = await readingsIn(
    searchClients(clients).dynamodb,
    outputs.of["iot-to-dynamodb"]?.stateTable ?? "",
  );
  const newest = new Map(kept.map(({ deviceId, timestamp }) => [deviceId, timestamp]));
  const listed = await listDevices(ask);
  const waiting = [...new Set([...newest.keys(), ...listed])];
  const lane = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const state = await ask(`/devices/${encodeURIComponent(id)}`);
      const { timestamp } = (state ?? {}) as { timestamp?: number };
      if (timestamp !== newest.get(id) || !listed.has(id)) answers.differing.push(id);
    }
  };
  await Promise.all(Array.from({ length: mostAtOnce }, lane));
  return answers;
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

function sentenceOf({ requests, answered, errors, differing }: ApiAnswers): string {
  const counts = `api-to-devices: ${requests} requests, ${answered} answered, ${errors} errors`;
  if (differing.length === 0) return `${counts}; the responses match the state table.`;
  const some = differing.slice(0, 5).join(", ");
  return `${counts}; of ${differing.length} devices it does not say what the state table says: ${some}.`;
}
