import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import type { Clients } from "../aws/clients";
import type { Trace } from "../trace";
import { createCatchUp, type CatchUp } from "./catch-up";
import { executionRoleOf } from "./execution-role";
import { pause } from "./pause";
import { followShard } from "./shard-follower";
import { deliver, type Delivery } from "./stream-batches";
import { refuseUnsupported, type StreamMappingInputs } from "./stream-mapping-inputs";
import { listShards } from "./stream-shards";

export interface StreamMappingArgs {
  clients: Clients;
  trace: Trace;
  /** The resource's inputs, all known by now. */
  inputs: StreamMappingInputs;
  /** Milliseconds since the epoch, against which records age. @default Date.now */
  now?: () => number;
  /** Before the first retry, doubling up to 64 times; AWS waits longer, a person at a laptop should see the third try soon. @default 100 */
  retryDelayMilliseconds?: number;
}

export interface StreamMapping {
  /** The mapping's UUID, part of the keys of its on-failure objects. */
  id: string;
  /** Resolves when every record that was in the stream at the call is done or set aside; rejects when the mapping stops. */
  idle(): Promise<void>;
  /** Finishes the invocations under way, then rests. */
  stop(): Promise<void>;
}

/** Between two tries to reach a stream that cannot be read. */
const mendMilliseconds = 200;

/**
 * Feeds a function from a Kinesis stream with all that the emulator accepts and then ignores:
 * retries, bisection, record age, on-failure destinations and the permissions of the function's role.
 */
export async function startStreamMapping({
  clients,
  trace,
  inputs,
  now = Date.now,
  retryDelayMilliseconds = 100,
}: StreamMappingArgs): Promise<StreamMapping> {
  refuseUnsupported({ ...inputs });
  const { eventSourceArn: streamArn } = inputs;
  const role = await executionRoleOf(clients, inputs.functionName);
  const id = randomUUID();
  const stopping = new AbortController();
  const stopped = stopping.signal;

  const delivery: Omit<Delivery, "source"> = {
    clients,
    trace,
    role,
    mappingId: id,
    policy: {
      maximumRetryAttempts: inputs.maximumRetryAttempts ?? -1,
      bisectBatchOnFunctionError: inputs.bisectBatchOnFunctionError ?? false,
    },
    maximumRecordAgeInSeconds: inputs.maximumRecordAgeInSeconds ?? -1,
    reportsItemFailures: (inputs.functionResponseTypes ?? []).includes("ReportBatchItemFailures"),
    destinationArn: inputs.destinationConfig?.onFailure?.destinationArn,
    now,
    retryDelayMilliseconds,
    stopped,
  };

  let told: string | undefined;
  /** A mapping whose role or stream is not right stays, and says so once: it recovers when they are mended. */
  async function look<T>(read: (kinesis: KinesisClient) => Promise<T>): Promise<T | undefined> {
    try {
      const result = await read(clients.get(KinesisClient, await role.credentials()));
      told = undefined;
      return result;
    } catch (error) {
      const message = `The role of ${role.functionName} cannot read ${streamArn}: ${String(error)}`;
      if (message !== told && !stopped.aborted) {
        trace.emit({ kind: "warning", part: "stream mapping", message });
      }
      told = message;
      await pause(mendMilliseconds, stopped);
      return undefined;
    }
  }

  async function list(): Promise<{ shardId: string; catchUp: CatchUp }[]> {
    let shards: string[] | undefined;
    while (!shards && !stopped.aborted) {
      shards = await look((kinesis) => listShards(kinesis, streamArn));
    }
    return (shards ?? []).map((shardId) => ({ shardId, catchUp: createCatchUp() }));
  }

  const follow = ({ shardId, catchUp }: { shardId: string; catchUp: CatchUp }): Promise<void> => {
    const source = { streamArn, shardId, region: clients.account.region, roleArn: role.roleArn };
    return followShard({
      streamArn,
      shardId,
      batchSize: inputs.batchSize ?? 100,
      windowMilliseconds: (inputs.maximumBatchingWindowInSeconds ?? 0) * 1000,
      parallelizationFactor: inputs.parallelizationFactor ?? 1,
      look,
      deliver: (batch) => deliver({ ...delivery, source }, batch),
      catchUp,
      stopped,
    });
  };

  const listed = list();
  const running = listed.then((shards) => Promise.all(shards.map(follow)));
  const halted = once(stopped, "abort").then(() => {
    throw new Error(`The mapping of ${streamArn} to ${role.functionName} has stopped.`);
  });
  halted.catch(() => undefined);

  return {
    id,
    async idle() {
      const caughtUp = listed.then((shards) =>
        Promise.all(shards.map(({ catchUp }) => catchUp.wait())),
      );
      await Promise.race([caughtUp, halted]);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
