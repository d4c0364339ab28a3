import type { Client } from "./client";
import type { DataSource } from "./data-sources";
import { plugins } from "./queries";
import { uidOf } from "./uid";

/** A dashboard of the classic schema. */
export interface Published {
  uid?: string;
  title?: string;
}

export interface PublishArgs {
  client: Client;
  /** Names the folder, `<project>-<stack>`. */
  name: string;
  sources: readonly DataSource[];
  dashboards: Readonly<Record<string, Published>>;
  /** Receives each line for the operator. */
  say: (line: string) => void;
}

/**
 * Creates or replaces the folder, the data sources and the dashboards of a stack, each by its uid, so that a second run changes nothing
 * else. Dashboards are published after their data sources.
 * @see https://grafana.com/docs/grafana/latest/developers/http_api/
 */
export async function publish({
  client,
  name,
  sources,
  dashboards,
  say,
}: PublishArgs): Promise<void> {
  if (sources.some(({ type }) => type === plugins.athena)) await installAthena(client, say);
  for (const source of sources) {
    await createOrReplace(client, "/api/datasources", `/api/datasources/uid/${source.uid}`, source);
    say(`data source ${source.name}`);
  }
  const folderUid = uidOf(name);
  if ((await client.send("GET", `/api/folders/${folderUid}`)) === undefined)
    await client.send("POST", "/api/folders", { uid: folderUid, title: name });
  for (const dashboard of Object.values(dashboards)) {
    await client.send("POST", "/api/dashboards/db", { dashboard, folderUid, overwrite: true });
    say(`dashboard ${dashboard.title ?? ""}`);
  }
}

/** The plug-in of Athena is no part of Grafana. @see https://docs.aws.amazon.com/grafana/latest/userguide/v12-Grafana-API-Plugin.html */
async function installAthena(client: Client, say: PublishArgs["say"]): Promise<void> {
  const path = `/api/plugins/${plugins.athena}`;
  if ((await client.send("GET", `${path}/settings`)) !== undefined) return;
  await client.send("POST", `${path}/install`, {});
  say(`plug-in ${plugins.athena}`);
}

async function createOrReplace(
  client: Client,
  all: string,
  one: string,
  body: DataSource,
): Promise<void> {
  const isThere = (await client.send("GET", one)) !== undefined;
  await client.send(isThere ? "PUT" : "POST", isThere ? one : all, body);
}
