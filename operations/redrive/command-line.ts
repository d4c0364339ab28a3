import { parseArgs } from "node:util";

export const usage =
  "Usage: npm run redrive -- <integration> [--stack dev] [--outputs FILE] [--limit N] [--dry-run]";

/** The arguments of the command. */
export interface Request {
  /** The part of the program whose failures queue is redriven: the stem of an integration, or `telemetry`. */
  part: string;
  stack: string;
  /** A file with the outputs of the stack, as `pulumi stack output --json` prints them. */
  outputs: string | undefined;
  limit: number;
  dryRun: boolean;
}

/** Throws one sentence for arguments that do not fit the usage. */
export function readArguments(words: string[]): Request {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      stack: { type: "string", default: "dev" },
      outputs: { type: "string" },
      limit: { type: "string" },
      "dry-run": { type: "boolean", default: false },
    },
  });
  const [part, surplus] = positionals;
  if (part === undefined || surplus !== undefined) {
    throw new Error("Name exactly one integration, such as iot-to-sqs.");
  }
  const limit = values.limit === undefined ? Infinity : Number(values.limit);
  if (!(limit >= 1) || (limit !== Infinity && !Number.isInteger(limit))) {
    throw new Error(`--limit is '${values.limit}'; give a whole number of messages, 1 or more.`);
  }
  return {
    part,
    stack: values.stack,
    outputs: values.outputs,
    limit,
    dryRun: values["dry-run"],
  };
}
