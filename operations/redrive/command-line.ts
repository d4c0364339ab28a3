import { parseArgs } from "node:util";

export const usage =
  "Usage: npm run redrive -- <integration> [--stack dev] [--queue-url URL] [--topic-prefix devices] [--limit N] [--dry-run]";

/** The arguments of the command. */
export interface Request {
  /** `iot-integrations-<stack>-<integration>-failures`; the name of the queue if no URL is given. */
  queueName: string;
  queueUrl: string | undefined;
  topicPrefix: string;
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
      "queue-url": { type: "string" },
      "topic-prefix": { type: "string", default: "devices" },
      limit: { type: "string" },
      "dry-run": { type: "boolean", default: false },
    },
  });
  const [integration, surplus] = positionals;
  if (integration === undefined || surplus !== undefined) {
    throw new Error("Name exactly one integration, such as iot-to-sqs.");
  }
  const limit = values.limit === undefined ? Infinity : Number(values.limit);
  if (!(limit >= 1) || (limit !== Infinity && !Number.isInteger(limit))) {
    throw new Error(`--limit is '${values.limit}'; give a whole number of messages, 1 or more.`);
  }
  return {
    queueName: `iot-integrations-${values.stack}-${integration}-failures`,
    queueUrl: values["queue-url"],
    topicPrefix: values["topic-prefix"],
    limit,
    dryRun: values["dry-run"],
  };
}
