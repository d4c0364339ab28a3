import type { Entry } from "../ledger";
import type { Ack } from "../../devices/acks";
import type { Deployment } from "../../deployment";
import type { Platform } from "../../platform";

/** What the program says of itself in its outputs. A queue is named by its URL, a table by its name, a topic by its ARN. */
export interface Outputs {
  devicePolicyName: string;
  topicPrefix: string;
  /** By integration; `telemetry` is the stream's that several read. */
  failures: Partial<Record<string, string>>;
  quarantine: Partial<Record<string, string>>;
  tables: Partial<Record<string, string>>;
  topics: Partial<Record<string, string>>;
  queues: Partial<Record<string, string>>;
  eventBus: { name?: string; archive?: string };
  apis: Partial<Record<string, string>>;
  stateMachines: Partial<Record<string, string>>;
}

export interface Evidence {
  platform: Platform;
  deployment: Deployment;
  outputs: Outputs;
  /** Acknowledgements that reached the devices. */
  acks: () => readonly Ack[];
}

/** Where an integration keeps readings, and how they are found there. */
export interface Sink {
  /** Whether the integration has to have the message, judged by what its payload says. */
  takes: (entry: Entry) => boolean;
  /** `<deviceId>#<timestamp>` of every reading that it has. */
  stored(evidence: Evidence): Promise<Set<string>>;
  /** Keys of `failures` that keep its messages beside its own. */
  sharedFailures: readonly string[];
}
