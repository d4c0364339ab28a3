import { sentenceOf } from "../../operations/clients";
import { failuresOf } from "../../operations/redrive/own";
import { setAsideIn, type QuarantineReader } from "../../operations/sinks/queues";
import { depthOf } from "../services/sqs";
import type { AuditedIntegration, FoundMessages } from "./balance";
import type { Evidence, Sink } from "./integration-audit";
import type { PublishedMessage } from "./published-messages";
import { searchClients } from "./search";

/** How many of the expected messages each destination of an integration holds, for a table that refreshes; the audit looks up each message. */
export interface Counts {
  stored: number;
  muted: number;
  quarantined: number;
  /** All messages of the failures queues. */
  setAside: number;
  /** Why something could not be read; its count is then the last one. */
  obstacle?: string;
}

/** The destinations of an integration's messages: its sink with its gate, its quarantine, and the failures queues that hold them. */
export interface Destinations extends AuditedIntegration {
  count: (expected: readonly PublishedMessage[]) => Promise<Counts>;
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

  const { keptAs, channel = "telemetry" } = sink;
  const known: Counts = { stored: 0, muted: 0, quarantined: 0, setAside: 0 };

  /** One part that cannot be read, such as a table that is deleted, hides no other. */
  async function count(expected: readonly PublishedMessage[]): Promise<Counts> {
    delete known.obstacle;
    async function read(
      part: "stored" | "muted" | "quarantined" | "setAside",
      reading: Promise<number>,
    ): Promise<void> {
      try {
        known[part] = await reading;
      } catch (error) {
        known.obstacle ??= sentenceOf(error);
      }
    }
    const named = (found: Set<string>, nameOf = (id: string): string => id): number =>
      expected.filter(({ id }) => id !== undefined && found.has(nameOf(id))).length;
    const depths = Promise.all(failures.map(({ queueUrl }) => depthOf(clients, queueUrl)));
    await Promise.all([
      read(
        "stored",
        sink.stored(evidence).then((ids) => named(ids, keptAs)),
      ),
      read(
        "muted",
        mutedIn(evidence, sink).then((ids) => named(ids)),
      ),
      // All integrations share the quarantine, and one may expect fewer messages than another.
      read(
        "quarantined",
        quarantinedIn(quarantine, integration).then(
          (hashes) => expected.filter(({ hash }) => hashes.has(hash)).length,
        ),
      ),
      read(
        "setAside",
        depths.then((each) => each.reduce((sum, depth) => sum + depth, 0)),
      ),
    ]);
    return { ...known };
  }

  const expects = (message: PublishedMessage): boolean =>
    (message.channel ?? "telemetry") === channel && sink.expects(message, outputs);
  return { integration, expects, ...(keptAs && { keptAs }), find, count };
}
