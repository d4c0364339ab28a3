import { once } from "node:events";
import type { Clients, Credentials } from "../../../aws/clients";
import { compileFilters, type FilterCriteria } from "../patterns/filter-criteria";
import { pause } from "../pause";
import { createCatchUp } from "./catch-up";
import { followShard, mostPerLook } from "./shard-follower";
import { deliver, type Delivery } from "./stream-batches";
import type { Shard, Start } from "./stream-record";
import type { As, StreamSource } from "./stream-source";
import type { Windows } from "./tumbling-window";

/** How a mapping or a pipe processes the records of one shard. */
export interface ShardHandling extends Pick<
  Delivery,
  "process" | "succeeded" | "failed" | "setAside"
> {
  windows?: Windows;
}

export interface StreamConsumerArgs
  extends
    Pick<Delivery, "trace" | "part" | "policy" | "now" | "retryDelayMilliseconds">,
    Pick<Delivery, "destinationArn" | "maximumRecordAgeInSeconds"> {
  clients: Clients;
  source: StreamSource;
  streamArn: string;
  /** The subject of the sentence that says it has stopped: `The mapping of … to …`. */
  title: string;
  /** The role that reads: its subject in a warning, its ARN and its credentials. */
  reader: { who: string; roleArn: string; credentials: () => Promise<Credentials> };
  start: Start;
  filters: FilterCriteria | undefined;
  batchSize: number;
  windowMilliseconds: number;
  parallelizationFactor: number;
  handle: (shard: Shard, stopped: AbortSignal) => ShardHandling;
}

export interface StreamConsumer {
  /** Resolves when every record that was in the stream at the call is processed or set aside; rejects if the consumer stops. */
  idle(): Promise<void>;
  /** Finishes the batches that are being processed, then stops. */
  stop(): Promise<void>;
}

/** Between two attempts to read a stream that cannot be read. */
const retryMilliseconds = 200;

/** Starts to read all shards of a stream. Before it resolves they are opened, if the role is allowed to. */
export async function startStreamConsumer(args: StreamConsumerArgs): Promise<StreamConsumer> {
  const { clients, trace, part, source, streamArn, reader } = args;
  const passes = compileFilters(args.filters, source.data);
  const stopping = new AbortController();
  const stopped = stopping.signal;

  let lastWarning: string | undefined;
  /** Reads once. If role or stream are not right, warns once per reason, and the consumer recovers when they are fixed. */
  async function look<T>(read: (as: As) => Promise<T>): Promise<T | undefined> {
    try {
      const { roleArn } = reader;
      const result = await read({ roleArn, credentials: await reader.credentials() });
      lastWarning = undefined;
      return result;
    } catch (error) {
      const message = `${reader.who} cannot read ${streamArn}: ${String(error)}`;
      if (message !== lastWarning && !stopped.aborted)
        trace.emit({ kind: "warning", part, message });
      lastWarning = message;
      await pause(retryMilliseconds, stopped);
      return undefined;
    }
  }

  const shardOf = (shardId: string) => {
    const { region } = clients.account;
    const shard: Shard = { streamArn, shardId, region, roleArn: reader.roleArn };
    const read = source.createReader(clients, shard, args.start, mostPerLook(args));
    return { shard, read, catchUp: createCatchUp() };
  };
  type FollowedShard = ReturnType<typeof shardOf>;

  const open = async (): Promise<FollowedShard[] | undefined> =>
    look(async (as) => {
      const shards = (await source.listShards(clients, as, streamArn)).map(shardOf);
      await Promise.all(shards.map(({ read }) => read.open(as)));
      return shards;
    });

  async function openAtLast(first: FollowedShard[] | undefined): Promise<FollowedShard[]> {
    let shards = first;
    while (!shards && !stopped.aborted) shards = await open();
    return shards ?? [];
  }

  const follow = ({ shard, read, catchUp }: FollowedShard): Promise<void> => {
    const { windows, ...handling } = args.handle(shard, stopped);
    return followShard({
      ...args,
      look: () => look((as) => read.read(as)),
      passes: (record) => passes(record.view()),
      deliver: (batch) => deliver({ ...args, ...handling, shard, stopped }, batch),
      windows,
      catchUp,
      stopped,
    });
  };

  const listed = openAtLast(await open());
  const running = listed.then((shards) => Promise.all(shards.map(follow)));
  const halted = once(stopped, "abort").then(() => {
    throw new Error(`${args.title} has stopped.`);
  });
  halted.catch(() => undefined);

  return {
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
