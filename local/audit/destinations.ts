import { failuresOf } from "../../operations/redrive/own";
import { setAsideIn, type QuarantineReader } from "../../operations/sinks/queues";
import { depthOf } from "../services/sqs";
import type { AuditedIntegration, FoundMessages } from "./balance";
import type { Evidence, Sink } from "./integration-audit";
import type { PublishedMessage } from "./published-messages";
import { searchClients } from "./search";

/** How many messages each destination of an integration holds, for a table that refreshes; the audit looks up each message. */
export interface Counts {
  /** Ids of readings. */
  stored: Set<string>;
  muted: Set<string>;
  /** Hashes of messages. */
  quarantined: Set<string>;
  setAside: number;
}

/** The destinations of an integration's messages: its sink with its gate, its quarantine, and the failures queues that hold them. */
export interface Destinations extends AuditedIntegration {
  count: () => Promise<Counts>;
}

const mutedIn = (evidence: Evidence, { muted }: Sink): Promise<Set<string>> =>
  muted ? muted(evidence) : Promise.resolve(new Set());

/** `quarantinedIn` reads quarantines; integrations that share one share the function. */
export function destinationsOf(
  evidence: Evidence,
  { integration, sink }: { integration: string; sink: Sink },
  quarantinedIn: QuarantineReader,
): Destinations {
  const { platform, outputs } = evidence;
  const { clients } = platform;
  const search = searchClients(clients);
  const quarantine = outputs.of[integration]?.quarantineUrl ?? "";
  const failures = failuresOf(outputs, [integration, ...sink.sharedFailures]);

  async function find(): Promise<FoundMessages> {
    const [stored, muted, quarantined, ...setAside] = await Promise.all([
      sink.stored(evidence),
      mutedIn(evidence, sink),
      quarantinedIn(quarantine, integration),
      ...failures.map((own) => setAsideIn(search, own)),
    ]);
    return { stored, muted, quarantined, setAside: new Set(setAside.flatMap((keys) => [...keys])) };
  }

  async function count(): Promise<Counts> {
    const [stored, muted, quarantined, ...setAside] = await Promise.all([
      sink.stored(evidence),
      mutedIn(evidence, sink),
      quarantinedIn(quarantine, integration),
      ...failures.map(({ queueUrl }) => depthOf(clients, queueUrl)),
    ]);
    return {
      stored,
      muted,
      quarantined,
      setAside: setAside.reduce((sum, depth) => sum + depth, 0),
    };
  }

  const { keptAs, channel = "telemetry" } = sink;
  const expects = (message: PublishedMessage): boolean =>
    (message.channel ?? "telemetry") === channel && sink.expects(message, outputs);
  return { integration, expects, ...(keptAs && { keptAs }), find, count };
}
