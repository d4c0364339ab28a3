import { depthOf } from "../services/sqs";
import type { Accountable, Found } from "./account";
import { quarantinedIn, setAsideIn } from "./queues";
import { sinksOf, type Evidence, type Sink } from "./sinks";

/** How many messages are in the places of an integration, for a table that refreshes; the account looks each up. */
export interface Filling {
  /** Ids of readings. */
  stored: Set<string>;
  quarantined: number;
  setAside: number;
}

/** An integration with its three places: sink, quarantine, and the failures queues that keep its messages. */
export interface Places extends Accountable {
  filling: () => Promise<Filling>;
}

/** The places of every integration that is deployed. */
export const placesOf = (evidence: Evidence): Places[] =>
  sinksOf(evidence.outputs).map(([integration, sink]) => placesFor(evidence, integration, sink));

function placesFor(evidence: Evidence, integration: string, sink: Sink): Places {
  const { platform, outputs } = evidence;
  const { clients } = platform;
  const quarantine = outputs.quarantine[integration] ?? "";
  const failures = [integration, ...sink.sharedFailures]
    .map((key) => outputs.failures[key])
    .filter((url) => url !== undefined);

  async function find(): Promise<Found> {
    const [stored, quarantined, ...setAside] = await Promise.all([
      sink.stored(evidence),
      quarantinedIn(clients, quarantine),
      ...failures.map((url) => setAsideIn(clients, url, outputs.topicPrefix)),
    ]);
    return { stored, quarantined, setAside: new Set(setAside.flatMap((keys) => [...keys])) };
  }

  async function filling(): Promise<Filling> {
    const [stored, quarantined, ...setAside] = await Promise.all([
      sink.stored(evidence),
      depthOf(clients, quarantine),
      ...failures.map((url) => depthOf(clients, url)),
    ]);
    return { stored, quarantined, setAside: setAside.reduce((sum, depth) => sum + depth, 0) };
  }

  return { integration, takes: sink.takes, find, filling };
}
