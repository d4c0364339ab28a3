import type { Deployment } from "../deployment";
import type { Trace } from "../trace";

/** What the topic rules of a program have done. */
export interface RuleCounts {
  /** One sentence for each rule, and one for each reason for which an action failed. */
  sentences(): string[];
  /** False after an action has failed. */
  passed(): boolean;
  stop: () => void;
}

interface Counts {
  matched: number;
  succeeded: number;
  failed: number;
  reasons: Set<string>;
}

/** Counts from now on, for a program whose messages no audit can look up. */
export function countRules(trace: Trace, { resources }: Pick<Deployment, "resources">): RuleCounts {
  const counts = new Map<string, Counts>();
  const of = (rule: string): Counts => {
    const known = counts.get(rule) ?? { matched: 0, succeeded: 0, failed: 0, reasons: new Set() };
    counts.set(rule, known);
    return known;
  };
  for (const { type, plain } of resources)
    if (type === "aws:iot/topicRule:TopicRule") of(plain.name as string);
  const stop = trace.on((event) => {
    if (event.kind === "rule-matched") of(event.rule).matched += 1;
    if (event.kind === "action-succeeded") of(event.rule).succeeded += 1;
    if (event.kind === "rule-failed" || event.kind === "action-failed") {
      of(event.rule).failed += 1;
      of(event.rule).reasons.add(event.reason);
    }
  });
  const shown = (number: number): string => number.toLocaleString("en");
  return {
    stop,
    passed: () => [...counts.values()].every(({ failed }) => failed === 0),
    sentences: () =>
      [...counts].flatMap(([rule, { matched, succeeded, failed, reasons }]) => [
        `Rule ${rule}: ${shown(matched)} matched, ${shown(succeeded)} actions succeeded, ${shown(failed)} failed.`,
        ...[...reasons].slice(0, 3).map((reason) => `  ${reason}`),
      ]),
  };
}
