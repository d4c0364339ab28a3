import type { RuleWatch } from "./watch";

/** What each topic rule has counted since the start, by its name. */
export type RuleTotals = Readonly<
  Record<string, Readonly<Record<RuleWatch["metricName"], number>>>
>;

/** What topic rules counted within a time, from totals that only grow. */
export interface RuleCounts {
  /** Samples the totals. */
  look(): void;
  /** Returns what a rule counted in the seconds before now that its alarm covers. */
  of(watch: RuleWatch): number;
}

export function createRuleCounts(
  totals: () => RuleTotals,
  longestSeconds: number,
  now: () => number = Date.now,
): RuleCounts {
  const looks = [{ at: now(), totals: totals() }];
  const latestBefore = (time: number) => looks.filter(({ at }) => at <= time).at(-1) ?? looks[0];

  return {
    look() {
      looks.push({ at: now(), totals: totals() });
      const oldest = latestBefore(now() - longestSeconds * 1000);
      if (oldest) looks.splice(0, looks.indexOf(oldest));
    },
    of({ rule, metricName, seconds }) {
      const before = latestBefore(now() - seconds * 1000)?.totals[rule]?.[metricName] ?? 0;
      return (looks.at(-1)?.totals[rule]?.[metricName] ?? 0) - before;
    },
  };
}
