import { quarantinedIn, setAsideIn } from "../../operations/sinks/queues";
import { depthOf } from "../services/sqs";
import type { AuditedIntegration, FoundMessages } from "./balance";
import type { Evidence, Sink } from "./integration-audit";
import { searchClients } from "./search";

/** How many messages each destination of an integration holds, for a table that refreshes; the audit looks up each message. */
export interface Counts {
  /** Ids of readings. */
  stored: Set<string>;
  quarantined: number;
  setAside: number;
}

/** The three destinations of an integration's messages: its sink, its quarantine, and the failures queues that hold them. */
export interface Destinations extends AuditedIntegration {
  count: () => Promise<Counts>;
}

export function destinationsOf(evidence: Evidence, integration: string, sink: Sink): Destinations {
  const { platform, outputs } = evidence;
  const { clients } = platform;
  const search = searchClients(clients);
  const quarantine = outputs.of[integration]?.quarantineUrl ?? "";
  const failures = [integration, ...sink.sharedFailures]
    .map((part) => outputs.of[part]?.failuresUrl)
    .filter((url) => url !== undefined);

  async function find(): Promise<FoundMessages> {
    const [stored, quarantined, ...setAside] = await Promise.all([
      sink.stored(evidence),
      quarantinedIn(search.sqs, quarantine),
      ...failures.map((url) => setAsideIn(search, url, outputs.topicPrefix)),
    ]);
    return { stored, quarantined, setAside: new Set(setAside.flatMap((keys) => [...keys])) };
  }

  async function count(): Promise<Counts> {
    const [stored, quarantined, ...setAside] = await Promise.all([
      sink.stored(evidence),
      depthOf(clients, quarantine),
      ...failures.map((url) => depthOf(clients, url)),
    ]);
    return { stored, quarantined, setAside: setAside.reduce((sum, depth) => sum + depth, 0) };
  }

  return { integration, expects: sink.expects, find, count };
}
