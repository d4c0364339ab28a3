import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { parseArgs } from "node:util";
import { callerOf, sentenceOf } from "../clients";
import { printError, printLine, printText } from "../print";
import { fetchStackOutputs } from "../stack-outputs";
import { issueFor } from "./issue";

const usage = `Usage: npm run device-token -- <deviceId> [--days 90] [--key ID]
  [--stack dev] [--outputs FILE]`;

const help = `${usage}

Prints the token with which a device posts its readings to edge-to-iot. The
token is a secret of the device.

  --days N         how long the token is valid, 1 to 9999 (default: 90)
  --key ID         the key of the stack's secret that signs it (default: the
                   newest)
  --stack NAME     the stack (default: dev)
  --outputs FILE   the outputs of the stack, as \`pulumi stack output --json\`
                   prints them, instead of asking Pulumi
  --help           shows this text

Region, credentials and endpoints come from the environment, as for every AWS
SDK. For the local run, first: source .local/env

Exit codes: 0 if a token was printed, 2 if not.`;

async function main(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      days: { type: "string", default: "90" },
      key: { type: "string" },
      stack: { type: "string", default: "dev" },
      outputs: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return printText(help);
  const [deviceId, surplus] = positionals;
  if (deviceId === undefined || surplus !== undefined)
    throw new Error(`Name exactly one device, such as pump-7.\n${usage}`);
  if (!/^[1-9]\d{0,3}$/.test(values.days))
    throw new Error(`--days is '${values.days}'; give a whole number of days, 1 to 9999.`);
  const SecretId = fetchStackOutputs(values.stack, values.outputs).of["edge-to-iot"]?.[
    "keysSecret"
  ];
  if (SecretId === undefined)
    throw new Error(
      `Stack ${values.stack} has no edge-to-iot whose devices have tokens; name another --stack.`,
    );
  await callerOf();
  const { SecretString = "" } = await new SecretsManagerClient({}).send(
    new GetSecretValueCommand({ SecretId }),
  );
  const days = Number(values.days);
  const keyId = values.key;
  printLine(issueFor({ secret: SecretString, deviceId, days, keyId, now: Date.now() }));
}

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
main(process.argv.slice(2)).catch((error: unknown) => {
  printError(sentenceOf(error));
  process.exitCode = 2;
});
