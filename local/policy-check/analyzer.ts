import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
  AnalyzerStackConfigureRequest,
  ConfigureAnalyzerRequest,
  EnforcementLevel,
  PolicyConfig,
  type AnalyzeResponse,
  type AnalyzerInfo,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { RecordedResource } from "../program";
import { findingOf, type Finding } from "./finding";
import { resourceRequest, stackRequest } from "./requests";

export interface AnalyzerArgs {
  /** The folder of the policy pack. */
  pack: string;
  project: string;
  stack: string;
  /** The level of every rule that the configuration gives no level of its own. @default the pack's own levels */
  level?: string;
}

/** A policy pack in a process of its own, as Pulumi runs it. */
export interface Analyzer {
  /** Analyzes each resource by itself, then all together, as the engine does at a preview. */
  analyze(resources: RecordedResource[]): Promise<Finding[]>;
  stop(): Promise<void>;
}

/** The largest message that the engine allows. */
const messageBytes = 400 * 1024 * 1024;

/**
 * Starts the pack as the Pulumi CLI does, without needing the CLI: the process prints its port and then speaks the engine's protocol.
 * Rejects with its output if it ends before that.
 */
export async function startAnalyzer({
  pack,
  project,
  stack,
  level,
}: AnalyzerArgs): Promise<Analyzer> {
  const child = spawn(
    process.execPath,
    [
      "--require",
      require.resolve("../keeping-output"),
      require.resolve("@pulumi/pulumi/cmd/run-policy-pack"),
      // The engine's address, which the pack never calls.
      "127.0.0.1:0",
      pack,
    ],
    { cwd: pack, stdio: ["ignore", "pipe", "pipe"] },
  );
  // The end of this process ends the pack's.
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  const stopped = once(child, "close").then(() => process.removeListener("exit", end));
  try {
    const client = await connect(await portOf(child));
    await configure(client, project, stack);
    if (level !== undefined) await setLevels(client, levelOf(level));
    return {
      analyze: (resources) => analyze(client, resources),
      async stop() {
        client.close();
        end();
        await stopped;
      },
    };
  } catch (error) {
    end();
    await stopped;
    throw error;
  }
}

function portOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      const [, port] = /^(\d+)\s*$/m.exec(printed) ?? [];
      if (port) resolve(port);
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (printed += text));
    child.once("error", reject);
    child.once("close", () =>
      reject(new Error(`The policy pack ended before it could be asked: ${printed.trim()}`)),
    );
  });
}

async function connect(port: string): Promise<AnalyzerClient> {
  const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.max_receive_message_length": messageBytes,
    "grpc.max_send_message_length": messageBytes,
  });
  await new Promise<void>((resolve, reject) =>
    client.waitForReady(Date.now() + 30_000, (error) => (error ? reject(error) : resolve())),
  );
  return client;
}

function configure(client: AnalyzerClient, project: string, stack: string): Promise<unknown> {
  const request = new AnalyzerStackConfigureRequest();
  request.setProject(project);
  request.setStack(stack);
  request.setDryRun(true);
  return answered((callback) => client.configureStack(request, callback));
}

const levels: Readonly<Record<string, EnforcementLevel>> = {
  advisory: EnforcementLevel.ADVISORY,
  mandatory: EnforcementLevel.MANDATORY,
};

function levelOf(name: string): EnforcementLevel {
  const level = levels[name];
  if (level === undefined) throw new Error(`There is no level ${name} for a policy pack.`);
  return level;
}

/** Sets one level for all rules, as the engine does by a configuration's "all". */
async function setLevels(client: AnalyzerClient, level: EnforcementLevel): Promise<void> {
  const info: AnalyzerInfo = await answered((callback) =>
    client.getAnalyzerInfo(new Empty(), callback),
  );
  const request = new ConfigureAnalyzerRequest();
  for (const policy of info.getPoliciesList()) {
    const config = new PolicyConfig();
    config.setEnforcementlevel(level);
    config.setProperties(new Struct());
    request.getPolicyconfigMap().set(policy.getName(), config);
  }
  await answered((callback) => client.configure(request, callback));
}

async function analyze(client: AnalyzerClient, resources: RecordedResource[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const add = (answer: AnalyzeResponse, urn: string) =>
    findings.push(...answer.getDiagnosticsList().map((one) => findingOf(one, urn)));
  for (const resource of resources) {
    const request = resourceRequest(resource);
    add(await answered((callback) => client.analyze(request, callback)), resource.urn);
  }
  const request = stackRequest(resources);
  add(await answered((callback) => client.analyzeStack(request, callback)), "");
  return findings;
}

const answered = <Answer>(
  call: (callback: (error: grpc.ServiceError | null, answer: Answer) => void) => unknown,
): Promise<Answer> =>
  new Promise((resolve, reject) =>
    call((error, answer) => (error ? reject(new Error(error.details)) : resolve(answer))),
  );
