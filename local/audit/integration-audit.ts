import type { Medium } from "../../reading/channel";
import type { StackOutputs } from "../../operations/stack-outputs";
import type { Deployment } from "../deployment";
import type { Platform } from "../platform";
import type { Ack } from "../devices/acks";
import type { Row } from "../report/table";
import type { PublishedMessage } from "./published-messages";

/** What an audit has to go by. */
export interface Evidence {
  platform: Platform;
  deployment: Deployment;
  outputs: StackOutputs;
  /** Acknowledgements that reached the devices. */
  acks: () => Iterable<Ack>;
}

/** How an integration is audited: by the messages that it stores, by the answers that it gives, or by both. */
export interface IntegrationAudit {
  sink?: Sink;
  /** Compares its answers with what is stored. */
  check?(evidence: Evidence): Promise<Check>;
  /** Sends messages of its own, once everything that devices published is accounted for. */
  probe?(evidence: Evidence): Promise<Probe>;
}

/** Where an integration stores readings, and how they are found there. */
export interface Sink {
  /** What devices send to it. @default "telemetry" */
  channel?: Medium;
  /** True for a message that the integration of a stack has to have, judged by the fields of its payload. */
  expects: (message: PublishedMessage, outputs: StackOutputs) => boolean;
  /** `<deviceId>#<timestamp>` of every reading that it stores. */
  stored(evidence: Evidence): Promise<Set<string>>;
  /** The name under which the sink stores a reading, if it keeps less of its time. @default the same */
  keptAs?(id: string): string;
  /** `<deviceId>#<timestamp>` of every reading that a gate muted. @default none: the integration has no gate */
  muted?(evidence: Evidence): Promise<Set<string>>;
  /** Parts of the program whose failures queue holds its messages, too. */
  sharedFailures: readonly string[];
}

/** The result of a probe, with what became of its messages. */
export interface Probe extends Check {
  row: Row;
}

/** The result of a check, in one sentence. */
export interface Check {
  passed: boolean;
  sentence: string;
}
