import type { asset } from "@pulumi/pulumi";
import type { Context } from "aws-lambda";
import { unzipSync } from "fflate";
import { fork } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { lambdaNode } from "../../local/lambda-node";
import type { RecordedResource } from "../../local/program";
import { pack } from "../../local/services/lambda/archive";
import { directory } from "../support/emulator";
import { environmentOf, type Aws } from "./aws";
import type { Host } from "./host";

/** The result of an invocation: the handler's response, or the error that it threw. */
export interface Outcome {
  answer?: unknown;
  error?: { name: string; message: string; isError: boolean };
}

/** A function's archive, unpacked and loaded in a process of its own. */
export interface LoadedFunction {
  invoke(event: unknown): Promise<Outcome>;
  /** Ends the process; answers what it wrote to its log. */
  end(): Promise<string>;
}

/** The zip file that would be deployed. */
export const zipOf = ({ plain }: RecordedResource): Promise<Uint8Array> =>
  pack(plain.code as asset.AssetArchive, directory);

/**
 * Lambda requires no ES module, on Node.js 24 either, and takes no file for one by its syntax.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html
 */
const asLambda = ["--no-experimental-require-module", "--no-experimental-detect-module"];

type Inputs = {
  name?: string;
  handler: string;
  timeout?: number;
  memorySize?: number;
  environment?: { variables?: Record<string, string> };
};

/** The context of an invocation; the process adds the function for the remaining time. */
const contextOf = ({ name = "demo", memorySize = 128 }: Inputs) =>
  ({
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:123456789012:function:${name}`,
    memoryLimitInMB: String(memorySize),
    awsRequestId: "8f507cfc-xmpl-4697-b07a-ac58fc914c95",
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: "2026/01/01/[$LATEST]0",
    callbackWaitsForEmptyEventLoop: true,
  }) satisfies Partial<Context>;

/**
 * Loads a function as Lambda would: from its archive, with its variables and none of this process's, on the Node.js that Lambda has.
 * `hosts` stand for hosts that are not AWS's.
 */
export async function load(
  resource: RecordedResource,
  aws: Aws,
  hosts: Host[] = [],
): Promise<LoadedFunction> {
  const local = path.join(directory, ".local");
  fs.mkdirSync(local, { recursive: true });
  const folder = fs.mkdtempSync(path.join(local, "closure-"));
  for (const [name, content] of Object.entries(unzipSync(await zipOf(resource)))) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  const inputs = resource.plain as unknown as Inputs;
  const { handler, environment, timeout = 3 } = inputs;
  const settings = {
    awsPort: new URL(aws.url).port,
    hosts: Object.fromEntries(hosts.map(({ name, port }) => [name, port])),
    context: contextOf(inputs),
  };
  const { path: execPath } = await lambdaNode({ directory });
  const child = fork(
    path.join(__dirname, "lambda-runtime.js"),
    [folder, handler, JSON.stringify(settings)],
    {
      env: {
        ...environment?.variables,
        ...environmentOf(aws),
        ...trustIn(hosts, folder),
        NODE_NO_WARNINGS: "1",
      },
      execPath,
      execArgv: asLambda,
      silent: true,
    },
  );
  const [log, said] = [text(child.stdout as never), text(child.stderr as never)];
  const exited = once(child, "exit");
  const message = async <T>(): Promise<T> => {
    const gone = exited.then(async () => {
      throw new Error(`${resource.name} ended without an answer: ${await said}`);
    });
    const [first] = (await Promise.race([once(child, "message"), gone])) as [T];
    return first;
  };
  await message();
  return {
    invoke: (event) => {
      const outcome = message<Outcome>();
      child.send({ event, deadline: timeout * 1000 });
      return outcome;
    },
    end: async () => {
      child.kill();
      await exited;
      fs.rmSync(folder, { recursive: true, force: true });
      return log;
    },
  };
}

/** The certificates by which the hosts are known. */
function trustIn(hosts: Host[], folder: string): Record<string, string> {
  if (hosts.length === 0) return {};
  const file = path.join(folder, "hosts.pem");
  fs.writeFileSync(file, hosts.map(({ ca }) => ca).join("\n"));
  return { NODE_EXTRA_CA_CERTS: file };
}
