import { kinds, type Kind } from "./kinds";

export interface Spec {
  file: string;
  kind: Kind;
  /** How long it is expected to take. */
  milliseconds: number;
}

/** Hands out spec files to shards that ask for the next one. */
export interface Schedule {
  /** The next file for a shard; undefined if there is none that is worth its while. */
  next(shard: number): Spec | undefined;
}

/**
 * Longest first. Specs of a kind whose start is slow stay together in the shard that has begun with the kind; another shard helps when it
 * has nothing else to do and more is left than a second start costs.
 */
export function createSchedule(specs: Spec[]): Schedule {
  const left = new Set([...specs].sort((a, b) => b.milliseconds - a.milliseconds));
  const shardsOf = new Map<Kind, Set<number>>();
  const of = (kind: Kind): Spec[] => [...left].filter((spec) => spec.kind === kind);
  const sum = (group: Spec[]): number =>
    group.reduce((total, { milliseconds }) => total + milliseconds, 0);
  const isTogether = (kind: Kind): boolean => kinds[kind].start > 0;
  const isBegun = (kind: Kind): boolean => shardsOf.has(kind);

  function choose(shard: number): Spec | undefined {
    const present = Object.keys(kinds) as Kind[];
    const begun = present.filter((kind) => shardsOf.get(kind)?.has(shard));
    const own = begun.map(of).find((group) => group.length > 0);
    if (own) return own[0];
    const groups = [
      ...present.filter((kind) => isTogether(kind) && !isBegun(kind)).map(of),
      ...[...left].filter(({ kind }) => !isTogether(kind)).map((spec) => [spec]),
    ];
    const largest = groups.sort((a, b) => sum(b) - sum(a))[0];
    if (largest?.[0]) return largest[0];
    return present
      .map((kind) => ({ kind, group: of(kind) }))
      .filter(({ kind, group }) => group.length > 1 && sum(group) > 2 * kinds[kind].start)
      .sort((a, b) => sum(b.group) - sum(a.group))[0]?.group[0];
  }

  return {
    next(shard) {
      const spec = choose(shard);
      if (!spec) return undefined;
      left.delete(spec);
      if (isTogether(spec.kind)) {
        const shards = shardsOf.get(spec.kind) ?? new Set();
        shardsOf.set(spec.kind, shards.add(shard));
      }
      return spec;
    },
  };
}
