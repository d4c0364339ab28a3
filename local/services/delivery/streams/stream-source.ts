import type { Clients, Credentials } from "../../../aws/clients";
import type { DataField } from "../patterns/filter-criteria";
import type { Found, Shard, Start } from "./stream-record";

/** The role that reads a stream. */
export interface As {
  roleArn: string;
  credentials: Credentials;
}

/** A kind of stream: how it is read. */
export interface StreamSource {
  /** The field of a record that filters look into. */
  data: DataField;
  /** The name that this kind of stream has in records of failures. */
  batchInfo: "KinesisBatchInfo" | "DDBStreamBatchInfo";
  /** Returns the ids of a stream's shards. Called once: the emulator drops a shard that is split or merged, with all its records. */
  listShards(clients: Clients, as: As, streamArn: string): Promise<string[]>;
  createReader(clients: Clients, shard: Shard, start: Start, limit: number): ShardReader;
}

/** Reads a shard from its start on; after an error it continues behind the last record that it returned. */
export interface ShardReader {
  /** Takes a position in the shard unless it has one: records that arrive from now on are not missed. */
  open(as: As): Promise<void>;
  read(as: As): Promise<Found>;
}

/** Keeps the iterator of a shard. Iterators expire after minutes, so after an error a new one is requested. */
export function createIterating(
  begin: (as: As, after: string | undefined) => Promise<string | undefined>,
  look: (as: As, iterator: string) => Promise<Found & { next?: string }>,
): ShardReader {
  let iterator: string | undefined;
  let last: string | undefined;
  const open = async (as: As): Promise<void> => {
    iterator ??= await begin(as, last);
  };
  return {
    open,
    async read(as) {
      await open(as);
      const from = iterator;
      iterator = undefined;
      if (from === undefined) return { records: [], caughtUp: true };
      const { records, caughtUp, next } = await look(as, from);
      iterator = next;
      last = records.at(-1)?.sequenceNumber ?? last;
      return { records, caughtUp };
    },
  };
}
