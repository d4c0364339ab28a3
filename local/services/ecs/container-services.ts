import { KinesisClient, ListShardsCommand } from "@aws-sdk/client-kinesis";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { assumeRole } from "../../aws/assume-role";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { pause } from "../delivery/pause";
import { startCredentialsEndpoint, type CredentialsEndpoint } from "./credentials";
import { startTask, type Task } from "./task";

/** A task definition with one container, as far as it is run here. */
export interface TaskDefinition {
  arn: string;
  taskRoleArn: string;
  executionRoleArn: string;
  entry: string;
  environment: Record<string, string>;
  stopTimeout: number;
}

/** The services of a deployment, each with its tasks as processes. */
export interface ContainerServices {
  define(definition: TaskDefinition): void;
  /** Keeps so many tasks of a definition running; replaces one that ends. Rejects for a role that does not trust ECS. */
  start(args: {
    name: string;
    definition: string;
    tasks: number;
    directory: string;
  }): Promise<void>;
  /** The running tasks of a service. */
  tasks(service: string): readonly Task[];
  /** The last lines of the logs of a service's tasks. */
  log(service: string): readonly Record<string, unknown>[];
  /** Resolves when the tasks have processed everything that was put to their streams. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

interface Running {
  name: string;
  streamArn: string;
  tasks: Set<Task>;
  log: Record<string, unknown>[];
}

const mostLines = 2000;
/** Between two looks at the health of tasks. */
const lookMilliseconds = 100;
/** Before a task that has ended is replaced. */
const restartMilliseconds = 500;

export function createContainerServices(args: {
  clients: Clients;
  trace: Trace;
}): ContainerServices {
  const { clients, trace } = args;
  const definitions = new Map<string, TaskDefinition>();
  const services = new Map<string, Running>();
  const stopping = new AbortController();
  let place: { folder: string; caFile?: string; endpoint: CredentialsEndpoint } | undefined;
  /** When something was last put to a stream by a rule. */
  let put = -Infinity;
  const stopListening = trace.on((event) => {
    if (event.kind === "action-succeeded" && event.action === "kinesis") put = performance.now();
  });

  async function prepare(): Promise<NonNullable<typeof place>> {
    if (place) return place;
    const folder = mkdtempSync(path.join(tmpdir(), "ecs-"));
    const { ca } = clients.account;
    const caFile = path.join(folder, "ca.pem");
    if (ca !== undefined) writeFileSync(caFile, ca);
    const endpoint = await startCredentialsEndpoint();
    return (place = { folder, endpoint, ...(ca !== undefined && { caFile }) });
  }

  function note(service: Running, line: Record<string, unknown>): void {
    const { name, streamArn, log } = service;
    log.push(line);
    if (log.length > mostLines) log.shift();
    const { level, message, error } = line;
    if ("_aws" in line && typeof line.Received === "number" && line.Received > 0)
      trace.emit({
        kind: "batch-succeeded",
        source: streamArn,
        functionName: name,
        records: line.Received,
      });
    if (level === "error" || (level === "warn" && error !== undefined))
      trace.emit({
        kind: "warning",
        part: "tasks",
        message: `${name}: ${String(message)}${typeof error === "string" ? `: ${error}` : ""}`,
      });
  }

  async function run(
    service: Running,
    definition: TaskDefinition,
    directory: string,
  ): Promise<void> {
    const { endpoint, caFile } = await prepare();
    const { region, accountId, endpoint: url } = clients.account;
    const use = (roleArn: string) => ({
      roleArn,
      servicePrincipal: "ecs-tasks.amazonaws.com",
      sourceArn: `arn:aws:ecs:${region}:${accountId}:*`,
    });
    const { entry, stopTimeout, taskRoleArn } = definition;
    const task = startTask({
      ...{ directory, entry, stopTimeout },
      environment: {
        ...definition.environment,
        // Several tasks share the ports of this machine.
        HEALTH_PORT: "0",
        AWS_REGION: region,
        AWS_ENDPOINT_URL: url,
        ...(caFile !== undefined && { NODE_EXTRA_CA_CERTS: caFile }),
        ...endpoint.admit(() => assumeRole(clients, use(taskRoleArn))),
      },
      onLine: (line) => note(service, line),
    });
    service.tasks.add(task);
    void task.ended.then(async (how) => {
      service.tasks.delete(task);
      if (stopping.signal.aborted) return;
      const message = `${service.name}: a task ended with ${how} and is replaced.`;
      trace.emit({ kind: "warning", part: "tasks", message });
      await pause(restartMilliseconds, stopping.signal);
      if (!stopping.signal.aborted) await run(service, definition, directory);
    });
  }

  async function openShards(StreamARN: string): Promise<string[]> {
    const { Shards = [] } = await clients
      .get(KinesisClient)
      .send(new ListShardsCommand({ StreamARN }));
    return Shards.filter(
      ({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined,
    ).map(({ ShardId = "" }) => ShardId);
  }

  /** Whether every open shard of a service's stream was read to its end after the last record was put. */
  async function hasCaughtUp(service: Running): Promise<boolean> {
    const healths = await Promise.all([...service.tasks].map((task) => task.health()));
    const now = performance.now();
    const read = new Map(
      healths.flatMap((health) =>
        Object.entries(health?.shards ?? {}).map(
          ([shardId, { caughtUpMilliseconds: ago }]) =>
            [shardId, ago === null ? -Infinity : now - ago] as const,
        ),
      ),
    );
    const shards = await openShards(service.streamArn);
    return shards.every((shardId) => (read.get(shardId) ?? -Infinity) > put);
  }

  return {
    define: (definition) => void definitions.set(definition.arn, definition),
    async start({ name, definition: arn, tasks, directory }) {
      const definition = definitions.get(arn);
      if (!definition) throw new Error(`There is no task definition ${arn}.`);
      const { region, accountId } = clients.account;
      for (const roleArn of [definition.executionRoleArn, definition.taskRoleArn])
        await assumeRole(clients, {
          roleArn,
          servicePrincipal: "ecs-tasks.amazonaws.com",
          sourceArn: `arn:aws:ecs:${region}:${accountId}:*`,
        });
      const { STREAM_ARN: streamArn = "" } = definition.environment;
      const service: Running = { name, streamArn, tasks: new Set(), log: [] };
      services.set(name, service);
      for (let count = 0; count < tasks; count++) await run(service, definition, directory);
    },
    log: (service) => services.get(service)?.log ?? [],
    tasks: (service) => [...(services.get(service)?.tasks ?? [])],
    async idle() {
      for (const service of services.values())
        while (!stopping.signal.aborted && !(await hasCaughtUp(service)))
          await pause(lookMilliseconds, stopping.signal);
    },
    async stop() {
      stopping.abort();
      stopListening();
      const tasks = [...services.values()].flatMap((service) => [...service.tasks]);
      await Promise.all(tasks.map((task) => task.stop()));
      await place?.endpoint.stop();
      if (place) rmSync(place.folder, { recursive: true, force: true });
    },
  };
}
