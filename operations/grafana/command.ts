import * as fs from "node:fs";
import * as path from "node:path";
import { evaluateProject } from "../../local/program";
import { answers } from "../../local/services/invokes";
import type { StackOutputs } from "../stack-outputs";
import { createClient } from "./client";
import type { Request } from "./command-line";
import { dataSources } from "./data-sources";
import { dashboards } from "./documents";
import { publish } from "./publish";
import { grafanaStack, type GrafanaStack } from "./stack";

export interface CommandArgs extends Pick<Request, "stack" | "url" | "folder"> {
  /** The project's folder. */
  directory: string;
  outputs: StackOutputs;
  environment: Readonly<Partial<Record<"GRAFANA_TOKEN" | "INFLUXDB_TOKEN", string>>>;
  /** Receives each line for the operator. */
  say: (line: string) => void;
}

/** Publishes the dashboards of a stack, or writes them to a folder. Throws one sentence for what is missing. */
export async function command(args: CommandArgs): Promise<void> {
  const { outputs, environment, say, folder } = args;
  const url = args.url ?? outputs.of["grafana"]?.["url"];
  const { GRAFANA_TOKEN: token = "", INFLUXDB_TOKEN: influxdbToken } = environment;
  if (folder === undefined && url === undefined)
    throw new Error(
      `The stack ${args.stack} has no Grafana: add grafana to its integrations, give --url, or write files by --export.`,
    );
  if (folder === undefined && token === "")
    throw new Error(
      "GRAFANA_TOKEN is not set: create a token of a service account with the role ADMIN (docs/integrations/grafana.md).",
    );
  const stack = await readStack(args);
  const documents = dashboards(stack);
  if (folder !== undefined || url === undefined)
    return writeFiles(documents, path.resolve(folder ?? ""), say);
  if (stack.influxdb && influxdbToken === undefined)
    say("INFLUXDB_TOKEN is not set: no data source of InfluxDB is published.");
  await publish({
    client: createClient(url, token),
    name: stack.name,
    sources: dataSources(stack, outputs, influxdbToken),
    dashboards: documents,
    say,
  });
}

async function readStack({ directory, stack, outputs }: CommandArgs): Promise<GrafanaStack> {
  const topicArn = outputs.of["alarms"]?.["topicArn"] ?? "";
  const [, partition = "", , region = "", accountId = ""] = topicArn.split(":");
  if (accountId === "")
    throw new Error(
      "The program must export alarms with topicArn, which tells account and region.",
    );
  const invoke = answers({ region, accountId });
  const { project, resources } = await evaluateProject(directory, stack, { invoke });
  return grafanaStack({ project, stack, partition, region, accountId, resources, outputs });
}

function writeFiles(
  documents: Readonly<Record<string, unknown>>,
  folder: string,
  say: CommandArgs["say"],
): void {
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, document] of Object.entries(documents)) {
    const file = path.join(folder, `${name}.json`);
    fs.writeFileSync(file, `${JSON.stringify(document, undefined, 2)}\n`);
    say(file);
  }
}
