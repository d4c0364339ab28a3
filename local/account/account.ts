import type { Entry } from "./ledger";

/** Where one integration keeps messages, each by its hash or by its id. */
export interface Found {
  stored: Set<string>;
  quarantined: Set<string>;
  setAside: Set<string>;
}

/** An integration that is held to account. */
export interface Accountable {
  integration: string;
  takes: (entry: Entry) => boolean;
  /** Looks into its three places. */
  find: () => Promise<Found>;
}

/** What became of the distinct messages that an integration had to have. */
export interface Line {
  integration: string;
  /** With repetitions. */
  published: number;
  repeated: number;
  stored: number;
  quarantined: number;
  setAside: number;
  /** In none of the three places. */
  lost: Entry[];
  /** In more than one. */
  twice: Entry[];
}

/** Looks every message up in the three places of each integration; each has to be in exactly one. */
export async function settleAccount(
  entries: Entry[],
  accountable: readonly Accountable[],
): Promise<Line[]> {
  return Promise.all(
    accountable.map(async ({ integration, takes, find }) =>
      lineOf(integration, entries.filter(takes), await find()),
    ),
  );
}

function lineOf(integration: string, entries: Entry[], found: Found): Line {
  const published = entries.reduce((total, { publishes }) => total + publishes, 0);
  const line: Line = {
    integration,
    published,
    repeated: published - entries.length,
    stored: 0,
    quarantined: 0,
    setAside: 0,
    lost: [],
    twice: [],
  };
  const isKept = lookUp(entries, found);
  for (const entry of entries) {
    const places = (["setAside", "quarantined", "stored"] as const).filter((place) =>
      isKept(entry, place),
    );
    const [first] = places;
    if (!first) line.lost.push(entry);
    else line[first] += 1;
    if (places.length > 1) line.twice.push(entry);
  }
  return line;
}

/**
 * Bytes say which message it is; an id only which reading. So where a message with an id was quarantined, and another with the
 * same id was not, the reading that is found is the other's.
 */
function lookUp(entries: Entry[], found: Found): (entry: Entry, place: keyof Found) => boolean {
  const claimed = new Set(
    entries.filter(({ hash }) => !found.quarantined.has(hash)).map(({ id }) => id),
  );
  return ({ hash, id }, place) => {
    if (found[place].has(hash)) return true;
    if (id === undefined || !found[place].has(id)) return false;
    return !(found.quarantined.has(hash) && claimed.has(id));
  };
}

/** True if nothing is lost and nothing is in two places. */
export const isBalanced = (lines: readonly Line[]): boolean =>
  lines.every(({ lost, twice }) => lost.length === 0 && twice.length === 0);

/** The final account in a sentence, and a sentence for each thing that is wrong. */
export function verdict(lines: readonly Line[], entries: readonly Entry[]): string[] {
  const publishes = entries.reduce((total, entry) => total + entry.publishes, 0);
  const [all, repeated] = [publishes, publishes - entries.length].map((n) =>
    n.toLocaleString("en"),
  );
  const load = `${all} messages published, ${repeated} of them repetitions`;
  const troubles = lines.flatMap(({ integration, lost, twice }) => [
    ...named(lost, `${integration} has nowhere`),
    ...named(twice, `${integration} has in two places`),
  ]);
  if (troubles.length > 0) return [`The account does not balance: ${load}.`, ...troubles];
  return [
    `Every message is accounted for: ${load}, each found by its id where it belongs, none lost.`,
  ];
}

function named(entries: Entry[], what: string): string[] {
  if (entries.length === 0) return [];
  const some = entries
    .slice(0, 5)
    .map(({ id, hash, kind }) => `${id ?? hash.slice(0, 12)} (${kind})`);
  const more = entries.length > 5 ? " and others" : "";
  return [`${what} ${entries.length}: ${some.join(", ")}${more}.`];
}
