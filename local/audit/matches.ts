import type { Deployment } from "../deployment";
import type { Trace } from "../trace";

/** How often the rules of each integration have matched, repetitions included. */
export interface Matches {
  of(integration: string): number;
  stop: () => void;
}

/** Counts from now on. A rule belongs to the integration that its logical name begins with. */
export function countMatches(trace: Trace, { resources }: Deployment): Matches {
  const rules = resources.filter(({ type }) => type === "aws:iot/topicRule:TopicRule");
  const matched = new Map<string, number>();
  const stop = trace.on((event) => {
    if (event.kind === "rule-matched") matched.set(event.rule, (matched.get(event.rule) ?? 0) + 1);
  });
  return {
    of: (integration) =>
      rules
        .filter(({ name }) => name.startsWith(`${integration}-`))
        .reduce((sum, { plain }) => sum + (matched.get(plain.name as string) ?? 0), 0),
    stop,
  };
}
