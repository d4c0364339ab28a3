import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import type { Medium } from "../../reading/channel";
import type { Reading } from "../../reading/reading";
import type { ReadingClients } from "../clients";
import type { StackOutputs } from "../stack-outputs";

/** The services in which messages are looked up. */
export interface SearchClients extends ReadingClients {
  dynamodb: DynamoDBClient;
  warehouse: RedshiftDataClient;
}

/** An acknowledgement that reached its device, with the timestamp of the reading; NaN if it has none. */
export interface Acknowledged {
  deviceId: string;
  timestamp: number;
}

/** Where readings are looked up, and which. */
export interface Search {
  clients: SearchClients;
  outputs: StackOutputs;
  /** Limits the search to one device, which queries its items instead of reading whole tables. @default all devices */
  deviceId?: string;
  /** The readings to look up, for sinks that find only what is asked for. @default none */
  readings?: readonly Reading[];
  /** Acknowledgements that reached devices. */
  acks: () => Iterable<Acknowledged>;
  /** Gets the JSON of a path of the stack's API as the caller; undefined for an unknown device. @default no answer */
  api?: (path: string) => Promise<unknown>;
  /** Posts the reading of the device that is sent over HTTPS, unless it was accepted before. Throws for one that is refused. @default none is posted */
  post?: () => Promise<void>;
}

/** How the readings are found that an integration stores, or other messages of devices. */
export interface Sink {
  /** What devices send to it. @default "telemetry" */
  channel?: Medium;
  /** True for a reading that the integration of a stack has to have, by its fields. */
  expects: (fields: object, outputs: StackOutputs) => boolean;
  /** `<deviceId>#<timestamp>` of every reading that it stores. */
  stored: (search: Search) => Promise<Set<string>>;
  /** Parts of the program whose failures queue holds its messages, too. */
  sharedFailures: readonly string[];
  /** Outputs with the names of its tables that have items of devices, under the key `deviceId`. */
  tables: readonly string[];
  /** What it keeps of a message that cannot be deleted from outside. */
  keeps?: string;
  /** What cannot be looked up from outside, and why. @default nothing */
  unseen?: (outputs: StackOutputs) => string | undefined;
}

/** Identifies a reading where readings are stored. */
export const idOf = ({ deviceId, timestamp }: Acknowledged): string => `${deviceId}#${timestamp}`;
