import type { Json } from "../json";

/** A record as it was read from a shard. */
export interface StreamRecord {
  sequenceNumber: string;
  /** Records of one key keep their order. */
  partitionKey: string;
  arrival: Date;
  /** Its size in an event, in bytes. */
  weight: number;
  /** The record in the form in which Lambda passes it to a function. */
  forLambda: () => Record<string, Json>;
  /** The record in the form in which Pipes pass it on: without the inner object that Lambda has. */
  forPipe: () => Record<string, Json> & { eventID: string };
  /** The record as filters and templates read it: data that is JSON is parsed. */
  view: () => Record<string, Json>;
}

/** The shard that is read, and the role that reads it. */
export interface Shard {
  streamArn: string;
  shardId: string;
  region: string;
  roleArn: string;
}

/** Where reading begins. */
export type Start =
  { at: "TRIM_HORIZON" } | { at: "LATEST" } | { at: "AT_TIMESTAMP"; timestamp: Date };

/** The result of one read of a shard. */
export interface Found {
  records: StreamRecord[];
  /** True if the shard held no more records at that moment. */
  caughtUp: boolean;
}
