import { parseArgs } from "node:util";

export const usage = `Usage: npm run verify -- [--stack dev] [--outputs FILE]
  [--integration STEM] [--timeout SECONDS]`;

export const help = `${usage}

Checks a deployed stack: publishes a critical, an invalid and a valid reading of
a device that exists for this run only, finds each by its id in every
integration, and prints the state of the alarms.

  --stack NAME        the stack (default: dev)
  --outputs FILE      the outputs of the stack, as \`pulumi stack output --json\`
                      prints them, instead of asking Pulumi
  --integration STEM  the only integration to look at (default: every one)
  --timeout SECONDS   how long to wait for the readings, 1 to 3600
                      (default: 300)
  --help              shows this text

Region and credentials come from the environment, as for every AWS SDK.

Exit codes: 0 if everything arrived where it belongs, 1 if something did not,
2 if nothing could be verified.`;

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
