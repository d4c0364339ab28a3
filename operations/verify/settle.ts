import { depthOf } from "../redrive/failures-queue";
import { failuresOf, type Own } from "../redrive/own";
import { createQuarantineReader, setAsideIn, type QuarantineReader } from "../sinks/queues";
import type { Search, Sink } from "../sinks/search";
import type { Medium } from "../../reading/channel";
import type { StackOutputs } from "../stack-outputs";
import type { Kind, Probe } from "./probe";

/** Where a message was found. */
export type Place = "sink" | "quarantine" | "failures queue";

/** One message that an integration has to have. */
export interface Check {
  kind: Kind;
  /** Undefined while it is not found. */
  found?: Place;
}

/** A queue, with the number of messages in it before the first was published, and at the last search; undefined if it cannot be read. */
export interface Waiting {
  url: string;
  before: number | undefined;
  now: number | undefined;
}

/** An integration of the stack, with what is looked up in it. */
export interface Part {
  stem: string;
  sink: Sink;
  quarantineUrl?: string;
  /** Failures queues that may hold its messages. */
  failures: Waiting[];
  /** The queue in which its messages wait for its function or pipe. */
  work?: Waiting;
  checks: Check[];
  /** What cannot be looked up from outside, and why. */
  unseen?: string;
  /** Why the last search failed, in a sentence. */
  trouble?: string;
}

/** Lists what an integration has to have: valid messages in its sink, the invalid one in its quarantine. */
export async function partOf(
  stem: string,
  sink: Sink,
  probes: readonly Probe[],
  { clients, outputs }: Search,
): Promise<Part> {
  const { quarantineUrl, queueUrl } = outputs.of[stem] ?? {};
  const waiting = async (url: string): Promise<Waiting> => {
    const before = await depthOf(clients.sqs, url).catch(() => undefined);
    return { url, before, now: before };
  };
  const has = ({ kind, channel, reading }: Probe): boolean => {
    if (channel !== channelOf(sink)) return false;
    return kind === "invalid" ? quarantineUrl !== undefined : sink.expects(reading, outputs);
  };
  return {
    ...{ stem, sink, quarantineUrl, unseen: sink.unseen?.(outputs) },
    failures: await Promise.all(
      ownQueues(stem, sink, outputs).map(({ queueUrl: url }) => waiting(url)),
    ),
    ...(queueUrl !== undefined && { work: await waiting(queueUrl) }),
    checks: probes.filter(has).map(({ kind }) => ({ kind })),
  };
}

/** What devices send to a sink. */
export const channelOf = ({ channel = "telemetry" }: Sink): Medium => channel;

/** The failures queues that may hold messages of an integration, each with what its messages may refer to. */
const ownQueues = (stem: string, { sharedFailures }: Sink, outputs: StackOutputs): Own[] =>
  failuresOf(outputs, [stem, ...sharedFailures]);

export interface SettleArgs {
  parts: readonly Part[];
  /** The messages to look for: those that are published. */
  probes: readonly Probe[];
  search: Search;
  /** Gives up at this time, in ms since the epoch. */
  until: number;
  /** Called when a message is found. */
  onFound: (part: Part, check: Check) => void;
}

/** How long to wait between two searches. */
const pauseMilliseconds = 1000;

/** Looks in every integration until each message is found somewhere, or until the time is over. */
export async function settle({ parts, probes, search, until, onFound }: SettleArgs): Promise<void> {
  const publishedFor = ({ sink }: Part, { kind }: Check): Probe | undefined =>
    probes.find((probe) => probe.kind === kind && probe.channel === channelOf(sink));
  const openIn = (part: Part): Check[] =>
    part.checks.filter((check) => check.found === undefined && publishedFor(part, check));
  const quarantinedIn = createQuarantineReader(search.clients.sqs);
  for (;;) {
    const open = parts.filter((part) => openIn(part).length > 0);
    await Promise.all(
      open.map(async (part) => {
        const places = await look(part, search, quarantinedIn);
        for (const check of openIn(part)) {
          check.found = placeOf(publishedFor(part, check) as Probe, places);
          if (check.found) onFound(part, check);
        }
      }),
    );
    if (parts.every((part) => openIn(part).length === 0)) return;
    const left = until - Date.now();
    if (left <= 0) return;
    await new Promise((later) => setTimeout(later, Math.min(left, pauseMilliseconds)));
  }
}

type Places = Record<Place, ReadonlySet<string>>;

const placeOf = ({ hash, id }: Probe, places: Places): Place | undefined =>
  (["sink", "quarantine", "failures queue"] as const).find(
    (place) => places[place].has(hash) || (id !== undefined && places[place].has(id)),
  );

/** Searches one integration. A search that fails finds nothing and is explained; the next one may succeed. */
async function look(part: Part, search: Search, quarantinedIn: QuarantineReader): Promise<Places> {
  const { clients, outputs } = search;
  const owns = ownQueues(part.stem, part.sink, outputs);
  delete part.trouble;
  const attempt = async (searching: Promise<Set<string>>): Promise<Set<string>> => {
    try {
      return await searching;
    } catch (error) {
      part.trouble = (error as Error).message;
      return new Set();
    }
  };
  const [sink, quarantine, ...setAside] = await Promise.all([
    attempt(part.sink.stored(search)),
    attempt(
      part.quarantineUrl === undefined
        ? Promise.resolve(new Set())
        : quarantinedIn(part.quarantineUrl, part.stem),
    ),
    ...part.failures.map((queue, nth) =>
      attempt(
        (async () => {
          queue.now = undefined;
          queue.now = await depthOf(clients.sqs, queue.url);
          // Reading a queue hides its messages for a moment, so one that holds nothing new is not read.
          if (queue.now <= (queue.before ?? 0)) return new Set<string>();
          return setAsideIn(clients, owns[nth] as Own);
        })(),
      ),
    ),
  ]);
  const { work } = part;
  if (work) work.now = await depthOf(clients.sqs, work.url).catch(() => undefined);
  const failures = new Set(setAside.flatMap((found) => [...found]));
  return { sink, quarantine, "failures queue": failures };
}
