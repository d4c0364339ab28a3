import { parseArgs } from "node:util";

export const usage =
  "Usage: npm run verify -- [--stack dev] [--outputs FILE] [--integration STEM] [--timeout SECONDS]";

/** The arguments of the command. */
export interface Request {
  help: boolean;
  stack: string;
  /** A file with the outputs of the stack, as `pulumi stack output --json` prints them. */
  outputs: string | undefined;
  /** The only integration to look at. @default every one of the stack */
  integration: string | undefined;
  timeoutSeconds: number;
}

/** Throws one sentence for arguments that do not fit the usage. */
export function readArguments(words: string[]): Request {
  const { values } = parseArgs({
    args: words,
    options: {
      stack: { type: "string", default: "dev" },
      outputs: { type: "string" },
      integration: { type: "string" },
      // New rules and permissions may take minutes to take effect after a deployment.
      timeout: { type: "string", default: "300" },
      help: { type: "boolean", default: false },
    },
  });
  const timeoutSeconds = Number(values.timeout);
  if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 1 || timeoutSeconds > 3600)
    throw new Error(`--timeout is '${values.timeout}'; give whole seconds, 1 to 3600.`);
  const { help, stack, outputs, integration } = values;
  return { help, stack, outputs, integration, timeoutSeconds };
}
