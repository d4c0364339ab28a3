/** A shard of the stream, open or closed. */
export interface Shard {
  shardId: string;
  /** The shards that it was split or merged from, as far as the stream still has them. */
  parents: string[];
}

export interface StreamRecord {
  sequenceNumber: string;
  data: Uint8Array;
}

/** What one read returns. */
export interface Page {
  records: StreamRecord[];
  /** Undefined after the last record of a shard that was split or merged. */
  next?: string;
  /** How far the read is behind the end of the shard. */
  behindMilliseconds: number;
}

/** The calls to a stream of Kinesis. */
export interface Stream {
  /** Every shard that the stream still has. */
  shards(): Promise<Shard[]>;
  /** Returns an iterator that continues after a checkpoint. */
  open(shardId: string, checkpoint: string): Promise<string>;
  /** Rejects with `ExpiredIteratorException` for an iterator of more than five minutes ago. */
  read(iterator: string): Promise<Page>;
}
