import type { Json } from "../json";

/** A record as it was read from a shard. */
export interface StreamRecord {
  sequenceNumber: string;
  /** Records of one key keep their order. */
  partitionKey: string;
  arrival: Date;
  /** Bytes that it takes in an event. */
  weight: number;
  /** As Lambda hands it to a function. */
  forLambda: () => Record<string, Json>;
  /** As Pipes hand it on: without the inner object that Lambda has. */
  forPipe: () => Record<string, Json> & { eventID: string };
  /** As filters and templates see it: the data is JSON if it is JSON. */
  view: () => Record<string, Json>;
}

/** Where records come from and on whose behalf they are read. */
export interface ShardPlace {
  streamArn: string;
  shardId: string;
  region: string;
  roleArn: string;
}

/** Where reading begins. */
export type Start =
  { at: "TRIM_HORIZON" } | { at: "LATEST" } | { at: "AT_TIMESTAMP"; timestamp: Date };

/** What one look at a shard brought. */
export interface Found {
  records: StreamRecord[];
  /** Nothing more was there at that moment. */
  caughtUp: boolean;
}
