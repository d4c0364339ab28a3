import { parseArgs } from "node:util";
import { readingClients, sentenceOf } from "../clients";
import { printError, printLine, printText } from "../print";
import { fetchStackOutputs } from "../stack-outputs";
import { inspect } from "./inspect";

const usage = `Usage: npm run inspect -- <integration> [--limit 10] [--stack dev]
  [--outputs FILE]`;

const help = `${usage}

Shows the messages that wait in the quarantine and in the failures queue of an
integration: when, device, reason and payload. Every message stays where it is.

  --limit N        at most N messages of each queue (default: 10)
  --stack NAME     the stack (default: dev)
  --outputs FILE   the outputs of the stack, as \`pulumi stack output --json\`
                   prints them, instead of asking Pulumi
  --help           shows this text

Region, credentials and endpoints come from the environment, as for every AWS
SDK. For the local run, first: source .local/env

Exit codes: 0 if the messages were shown, 2 if not.`;

interface Request {
  part: string;
  stack: string;
  outputs: string | undefined;
  limit: number;
}

/** Returns undefined for `--help`; throws one sentence for arguments that do not fit the usage. */
function readArguments(words: string[]): Request | undefined {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      stack: { type: "string", default: "dev" },
      outputs: { type: "string" },
      limit: { type: "string", default: "10" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const [part, surplus] = positionals;
  if (part === undefined || surplus !== undefined)
    throw new Error(`Name exactly one integration, such as iot-to-sqs.\n${usage}`);
  if (!/^[1-9]\d*$/.test(values.limit))
    throw new Error(`--limit is '${values.limit}'; give a whole number of messages, 1 or more.`);
  return { part, stack: values.stack, outputs: values.outputs, limit: Number(values.limit) };
}

async function main(words: string[]): Promise<void> {
  const request = readArguments(words);
  if (request === undefined) return printText(help);
  const { part, stack, limit } = request;
  const outputs = fetchStackOutputs(stack, request.outputs);
  const { of } = outputs;
  if (of[part]?.["failuresUrl"] === undefined && of[part]?.["quarantineUrl"] === undefined) {
    const parts = Object.keys(of).filter((name) => of[name]?.["failuresUrl"] !== undefined);
    throw new Error(
      `Stack ${stack} has no queue of ${part} in which messages wait; name one of ${parts.join(", ")}, or another --stack.`,
    );
  }
  const clients = await readingClients();
  for await (const line of inspect({ clients, part, outputs, limit })) printLine(line);
}

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
main(process.argv.slice(2)).catch((error: unknown) => {
  printError(sentenceOf(error));
  process.exitCode = 2;
});
