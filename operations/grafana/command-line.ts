import { parseArgs } from "node:util";

export const usage =
  "Usage: npm run grafana -- [--stack dev] [--outputs FILE] [--url https://...] [--export FOLDER]\nPublishes the dashboards of a stack with the token in GRAFANA_TOKEN, or writes them to a folder.";

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
