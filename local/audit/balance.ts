import type { PublishedMessage } from "./published-messages";

/** The messages that each destination of an integration holds, by their hashes or their ids. */
export interface FoundMessages {
  stored: Set<string>;
  /** Held back by a gate, which recorded them. */
  muted: Set<string>;
  quarantined: Set<string>;
  setAside: Set<string>;
}

export interface AuditedIntegration {
  integration: string;
  expects: (message: PublishedMessage) => boolean;
  /** The name under which the sink stores a reading, by its id. @default the id */
  keptAs?: (id: string) => string;
  /** Reads its destinations. */
  find: () => Promise<FoundMessages>;
}

/** Where the distinct messages ended that an integration had to have. */
export interface Result {
  integration: string;
  /** Including repetitions. */
  published: number;
  repeated: number;
  stored: number;
  muted: number;
  quarantined: number;
  setAside: number;
  /** In none of the destinations. */
  lost: PublishedMessage[];
  /** In more than one. */
  twice: PublishedMessage[];
}

/** Looks up every message in the destinations of each integration; each must be in exactly one. */
export async function balance(
  messages: PublishedMessage[],
  integrations: readonly AuditedIntegration[],
): Promise<Result[]> {
  return Promise.all(
    integrations.map(async ({ integration, expects, keptAs, find }) =>
      resultOf(integration, messages.filter(expects), await find(), keptAs),
    ),
  );
}

function resultOf(
  integration: string,
  messages: PublishedMessage[],
  found: FoundMessages,
  keptAs: AuditedIntegration["keptAs"],
): Result {
  const published = messages.reduce((total, { publishes }) => total + publishes, 0);
  const result: Result = {
    integration,
    published,
    repeated: published - messages.length,
    stored: 0,
    muted: 0,
    quarantined: 0,
    setAside: 0,
    lost: [],
    twice: [],
  };
  const isIn = keptAs ? lookUpKept(messages, found, keptAs) : lookUp(messages, found);
  const take = takeInTurn(messages, found);
  for (const message of messages) {
    const destinations = take(
      message,
      (["setAside", "quarantined", "stored", "muted"] as const).filter((destination) =>
        isIn(message, destination),
      ),
    );
    const [first] = destinations;
    if (!first) result.lost.push(message);
    else result[first] += 1;
    if (destinations.length > 1) result.twice.push(message);
  }
  return result;
}

/**
 * A hash identifies a message, an id only a reading. So where a message with an id was quarantined, and another with the same id was
 * not, the reading that is found is the other message's.
 */
function lookUp(
  messages: PublishedMessage[],
  found: FoundMessages,
): (message: PublishedMessage, destination: keyof FoundMessages) => boolean {
  const claimed = new Set(
    messages.filter(({ hash }) => !found.quarantined.has(hash)).map(({ id }) => id),
  );
  return ({ hash, id }, destination) => {
    if (found[destination].has(hash)) return true;
    if (id === undefined || !found[destination].has(id)) return false;
    return !(found.quarantined.has(hash) && claimed.has(id));
  };
}

/**
 * The same for a sink that stores several readings under one name. A message that was quarantined or set aside is in the sink only if no
 * other message has its name there.
 */
function lookUpKept(
  messages: PublishedMessage[],
  found: FoundMessages,
  keptAs: (id: string) => string,
): ReturnType<typeof lookUp> {
  const isElsewhere = ({ hash }: PublishedMessage): boolean =>
    found.quarantined.has(hash) || found.setAside.has(hash);
  const nameOf = ({ id }: PublishedMessage): string | undefined =>
    id === undefined ? undefined : keptAs(id);
  const claimed = new Set(messages.filter((one) => !isElsewhere(one)).map(nameOf));
  const inOthers = lookUp(messages, found);
  return (message, destination) => {
    if (destination !== "stored") return inOthers(message, destination);
    const name = nameOf(message);
    if (name === undefined || !found.stored.has(name)) return false;
    return !(isElsewhere(message) && claimed.has(name));
  };
}

/**
 * Readings of one device and time have the same id, and their destinations hold ids. So each takes one of the destinations that hold the
 * id, the last one those that are left.
 */
function takeInTurn<D extends keyof FoundMessages>(
  messages: readonly PublishedMessage[],
  found: FoundMessages,
): (message: PublishedMessage, destinations: readonly D[]) => readonly D[] {
  const sharing = new Map<string, { taken: number; all: number }>();
  for (const { hash, id } of messages) {
    if (id === undefined || found.quarantined.has(hash)) continue;
    const group = sharing.get(id) ?? { taken: 0, all: 0 };
    sharing.set(id, { ...group, all: group.all + 1 });
  }
  return ({ hash, id }, destinations) => {
    const group = found.quarantined.has(hash) ? undefined : sharing.get(id ?? "");
    if (group === undefined || group.all === 1) return destinations;
    const byHash = destinations.filter((destination) => found[destination].has(hash));
    if (byHash.length > 0) return byHash;
    const first = Math.min(group.taken, Math.max(0, destinations.length - 1));
    group.taken += 1;
    return group.taken < group.all
      ? destinations.slice(first, first + 1)
      : destinations.slice(first);
  };
}

/** True if no message is lost and none is in two destinations. */
export const isBalanced = (results: readonly Result[]): boolean =>
  results.every(({ lost, twice }) => lost.length === 0 && twice.length === 0);

/** The result in a sentence, and a sentence for each thing that is wrong. */
export function conclusion(
  results: readonly Result[],
  messages: readonly PublishedMessage[],
): string[] {
  const images = messages.filter(({ channel }) => channel === "images").length;
  const published = messages.filter(({ channel }) => channel !== "images");
  const publishesOf = (some: readonly PublishedMessage[]): number =>
    some.reduce((total, message) => total + message.publishes, 0);
  const logs = publishesOf(published.filter(({ channel }) => channel === "logs"));
  const publishes = publishesOf(published);
  const [all, logged, repeated] = [publishes - logs, logs, publishes - published.length].map((n) =>
    n.toLocaleString("en"),
  );
  const further = logs === 0 ? "" : ` and ${logged} log messages`;
  const uploaded = images === 0 ? "" : `, and ${images.toLocaleString("en")} images uploaded`;
  const load = `${all} messages${further} published, ${repeated} of them repetitions${uploaded}`;
  const problems = results.flatMap(({ integration, lost, twice }) => [
    ...named(lost, `${integration} lost`),
    ...named(twice, `${integration} has in two destinations`),
  ]);
  if (problems.length > 0) return [`The audit does not balance: ${load}.`, ...problems];
  return [
    `Every message is accounted for: ${load}, each found by its id where it belongs, none lost.`,
  ];
}

function named(messages: PublishedMessage[], what: string): string[] {
  if (messages.length === 0) return [];
  const some = messages
    .slice(0, 5)
    .map(({ id, hash, kind }) => `${id ?? hash.slice(0, 12)} (${kind})`);
  const more = messages.length > 5 ? " and others" : "";
  return [`${what} ${messages.length}: ${some.join(", ")}${more}.`];
}
