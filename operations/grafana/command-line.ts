import { parseArgs } from "node:util";

export const usage = `Usage: npm run grafana -- [--stack dev] [--outputs FILE]
  [--url URL | --export FOLDER]

Publishes the dashboards of a stack and their data sources to a Grafana with the
token in GRAFANA_TOKEN, or writes the dashboards to a folder.

  --stack NAME      the stack (default: dev)
  --outputs FILE    the outputs of the stack, as \`pulumi stack output --json\`
                    prints them, instead of asking Pulumi
  --url URL         the Grafana to publish to (default: the workspace of the
                    stack)
  --export FOLDER   writes files and publishes nothing
  --help            shows this text

INFLUXDB_TOKEN, if it is set, is the token of the data source of InfluxDB.

Exit codes: 0 if everything is published or written, 2 if not.`;

/** The arguments of the command. */
export interface Request {
  help: boolean;
  stack: string;
  /** A file with the outputs of the stack, as `pulumi stack output --json` prints them. */
  outputs: string | undefined;
  /** The Grafana to publish to. @default the workspace of the stack */
  url: string | undefined;
  /** The folder to write to in place of publishing. */
  folder: string | undefined;
}

/** Throws one sentence for arguments that do not fit the usage. */
export function readArguments(words: string[]): Request {
  const { values } = parseArgs({
    args: words,
    options: {
      stack: { type: "string", default: "dev" },
      outputs: { type: "string" },
      url: { type: "string" },
      export: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const { help, stack, outputs, url, export: folder } = values;
  if (url !== undefined && folder !== undefined)
    throw new Error("--export writes files and publishes nothing: leave --url out.");
  if (url !== undefined && !/^https?:\/\/[^/]+\/?$/.test(url))
    throw new Error(`--url is '${url}'; give the address of a Grafana, such as https://host.`);
  return { help, stack, outputs, url, folder };
}
