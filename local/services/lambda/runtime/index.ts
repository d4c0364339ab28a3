import { unzipSync, zipSync } from "fflate";
import type { Account, Middleware } from "../../../aws/clients";
import { bootstrapOf } from "./bootstrap";

export interface LambdaRuntimeArgs {
  account: Account;
  /** The executable of Lambda's Node.js. */
  node: string;
}

/** As which the emulator knows every function: it starts the archive's `bootstrap`, which serves Lambda's Runtime API. */
const custom = "provided.al2023";

interface FunctionInput {
  FunctionName?: string;
  Runtime?: string;
  Code?: { ZipFile?: Uint8Array };
  ZipFile?: Uint8Array;
  LoggingConfig?: { LogGroup?: string };
}
interface Configuration {
  FunctionName?: string;
  Runtime?: string;
}
type Output = Configuration & { Configuration?: Configuration; Functions?: Configuration[] };

/** The part of a client that a middleware uses; the clients do not export its type. */
interface SdkClient {
  config: { serviceId: string };
  middlewareStack: { add(middleware: Initialize, options: object): void };
}
type Next = (args: { input: FunctionInput }) => Promise<{ output: Output }>;
type Initialize = (next: Next, context: { commandName?: string }) => Next;

interface Known {
  runtime: string;
  logGroup: string;
}

/**
 * Middleware that lets the emulator run Node.js functions on a runtime of ours. It adds a `bootstrap` to archives after the request
 * was checked, and answers name the function's own runtime, so that callers see a function as on AWS. The emulator's own way of running
 * Node.js has this machine's version, knows one name for every error and waits 50 ms after an invocation that writes no log.
 */
export function lambdaRuntime({ account: { endpoint }, node }: LambdaRuntimeArgs): Middleware {
  const functions = new Map<string, Known>();
  const bootstrapFor = (known: Known): string => bootstrapOf({ endpoint, node, ...known });
  const named = (configuration: Configuration | undefined): void => {
    const known = functions.get(configuration?.FunctionName ?? "");
    if (known && configuration?.Runtime === custom) configuration.Runtime = known.runtime;
  };

  function rewritten(operation: string, input: FunctionInput): FunctionInput {
    const { FunctionName: reference = "", Runtime: runtime, Code, ZipFile, LoggingConfig } = input;
    const name = reference.split(":").pop() ?? "";
    if (operation === "CreateFunction" && runtime?.startsWith("nodejs") && Code?.ZipFile) {
      const known = { runtime, logGroup: LoggingConfig?.LogGroup ?? `/aws/lambda/${name}` };
      functions.set(name, known);
      const zip = withBootstrap(Code.ZipFile, bootstrapFor(known));
      return { ...input, Runtime: custom, Code: { ...Code, ZipFile: zip } };
    }
    const known = functions.get(name);
    if (operation === "UpdateFunctionCode" && known && ZipFile)
      return { ...input, ZipFile: withBootstrap(ZipFile, bootstrapFor(known)) };
    return input;
  }

  return (client) => {
    const { config, middlewareStack } = client as unknown as SdkClient;
    if (config.serviceId !== "Lambda") return;
    middlewareStack.add(
      (next, { commandName = "" }) =>
        async (args) => {
          const operation = commandName.replace(/Command$/, "");
          const result = await next({ ...args, input: rewritten(operation, args.input) });
          const { output } = result;
          for (const one of [output, output.Configuration, ...(output.Functions ?? [])]) named(one);
          return result;
        },
      // After the referee, which checks what AWS would receive.
      { step: "serialize", name: "lambdaRuntime", priority: "high" },
    );
  };
}

function withBootstrap(zip: Uint8Array, bootstrap: string): Uint8Array {
  const files = { ...unzipSync(zip), bootstrap: Buffer.from(bootstrap) };
  // Stored, not compressed: the archive does not leave this machine.
  return zipSync(files, { level: 0, mtime: new Date(2020, 0, 1) });
}
