import { parseArgs } from "node:util";

export const usage = `Usage: npm run redrive -- <integration> [--stack dev] [--project NAME]
  [--outputs FILE] [--limit N] [--dry-run | --list]`;

export const help = `${usage}

Sends the messages of the failures queue of an integration, or of the telemetry
stream (\`telemetry\`), again: each to the rule, topic, bus or workflow that
failed, judged by the time at which AWS IoT first received it. A message is
deleted only after everything in it is sent.

  --stack NAME     the stack, also as <organization>/<project>/<stack>
                   (default: dev)
  --project NAME   the Pulumi project of the stack, if it is not the one of this
                   folder
  --outputs FILE   the outputs of the stack, as \`pulumi stack output --json\`
                   prints them, instead of asking Pulumi
  --limit N        at most N messages (default: all)
  --dry-run        shows what would be sent where, and sends nothing
  --list           shows the waiting messages: when, device, reason, payload
  --help           shows this text

Region, credentials and endpoints come from the environment, as for every AWS
SDK. For the local run, first: source .local/env
Ctrl-C completes the messages in flight, then stops.

Exit codes: 0 if every message was redriven or shown, 1 if messages are left,
2 if nothing was attempted.`;

/** The arguments of the command. */
export interface Request {
  /** The part of the program whose failures queue is redriven: the stem of an integration, or `telemetry`. */
  part: string;
  stack: string;
  /** The project of the stack, if it is another one than this folder's. */
  project: string | undefined;
  /** A file with the outputs of the stack, as `pulumi stack output --json` prints them. */
  outputs: string | undefined;
  limit: number;
  mode: "redrive" | "dry run" | "list";
}

/** Returns "help" if that is asked for; throws one sentence for arguments that do not fit the usage. */
export function readArguments(words: string[]): Request | "help" {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      stack: { type: "string", default: "dev" },
      project: { type: "string" },
      outputs: { type: "string" },
      limit: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const [part, surplus] = positionals;
  if (part === undefined || surplus !== undefined) {
    throw new Error("Name exactly one integration, such as iot-to-sqs.");
  }
  const limit = values.limit === undefined ? Infinity : Number(values.limit);
  if (!(limit >= 1) || (limit !== Infinity && !Number.isInteger(limit))) {
    throw new Error(`--limit is '${values.limit}'; give a whole number of messages, 1 or more.`);
  }
  if (values.list && values["dry-run"]) throw new Error("Give --list or --dry-run, not both.");
  return {
    part,
    stack: values.stack,
    project: values.project,
    outputs: values.outputs,
    limit,
    mode: values.list ? "list" : values["dry-run"] ? "dry run" : "redrive",
  };
}
