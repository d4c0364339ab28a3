import type { Entry, Integration, Ledger } from "./ledger";

/** Where one integration keeps messages, each by its hash or by its id. */
export interface Found {
  stored: Set<string>;
  quarantined: Set<string>;
  setAside: Set<string>;
}

export interface Line {
  integration: Integration;
  published: number;
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
  ledger: Ledger,
  find: Partial<Record<Integration, () => Promise<Found>>>,
): Promise<Line[]> {
  const lines: Line[] = [];
  for (const [integration, look] of Object.entries(find) as [Integration, () => Promise<Found>][]) {
    const addressed = ledger.entries().filter((entry) => entry.addressed.includes(integration));
    lines.push(lineOf(integration, addressed, await look()));
  }
  return lines;
}

function lineOf(integration: Integration, addressed: Entry[], found: Found): Line {
  const line: Line = {
    integration,
    published: addressed.length,
    stored: 0,
    quarantined: 0,
    setAside: 0,
    lost: [],
    twice: [],
  };
  for (const entry of addressed) {
    const places = (["setAside", "quarantined", "stored"] as const).filter((place) =>
      isIn(found[place], entry),
    );
    const [first] = places;
    if (!first) line.lost.push(entry);
    else line[first] += 1;
    if (places.length > 1) line.twice.push(entry);
  }
  return line;
}

const isIn = (place: Set<string>, { hash, id }: Entry): boolean =>
  place.has(hash) || (id !== undefined && place.has(id));

/** True if nothing is lost and nothing is in two places. */
export const isBalanced = (lines: Line[]): boolean =>
  lines.every(({ lost, twice }) => lost.length === 0 && twice.length === 0);

/** The final account in a sentence, and a sentence for each thing that is wrong. */
export function verdict(lines: Line[], entries: Entry[]): string[] {
  const sum = (of: (line: Line) => number) =>
    lines.reduce((total, line) => total + of(line), 0).toLocaleString("en");
  const publishes = entries.reduce((total, { publishes: times }) => total + times, 0);
  const troubles = lines.flatMap(({ integration, lost, twice }) => [
    ...named(lost, `${integration} lost`),
    ...named(twice, `${integration} has in two places`),
  ]);
  const repeated = publishes - entries.length;
  const head =
    troubles.length === 0 ? "Every message is accounted for" : "The account does not balance";
  return [
    `${head}: ${publishes.toLocaleString("en")} published, ${repeated.toLocaleString("en")} of them repetitions; over all integrations ${sum((l) => l.stored)} stored, ${sum((l) => l.quarantined)} quarantined, ${sum((l) => l.setAside)} set aside, ${sum((l) => l.lost.length)} lost.`,
    ...troubles,
  ];
}

function named(entries: Entry[], what: string): string[] {
  if (entries.length === 0) return [];
  const some = entries
    .slice(0, 5)
    .map(({ id, hash, kind }) => `${id ?? hash.slice(0, 12)} (${kind})`);
  const more = entries.length > 5 ? " and others" : "";
  return [`${what} ${entries.length} messages: ${some.join(", ")}${more}.`];
}
