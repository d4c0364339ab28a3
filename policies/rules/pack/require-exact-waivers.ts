import { wellArchitected } from "../../frameworks";
import { faultsOf, hasExpired, isDay, shown, type Ledger, type Waiver } from "../../ledger";
import { defaultsOf, integer } from "../../parameters";
import type { Rule, StackRule } from "../../rule";
import type { Resource } from "../../stack/resource";
import type { Stack } from "../../stack/model";

/** A waiver that remains after its finding is resolved hides the next finding. */
export const requireExactWaivers = (rules: readonly Rule[], ledger: Ledger): StackRule => ({
  name: "pack-waiver-require-exact-finding",
  displayName: "Waivers are exact, necessary and temporary",
  description:
    "Every waiver specifies one existing finding, a reason, evidence and an expiration date.",
  area: "waivers",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "A waiver that matches nothing hides the next finding.",
  },
  framework: wellArchitected.reducePermissions,
  remediationSteps:
    "Delete the waiver from policies/waivers.ts, or correct it as the violation requires: the exact text of the finding, a reason of at least 20 characters, an https page, and a future expiration date.",
  url: "https://docs.aws.amazon.com/wellarchitected/2024-06-27/framework/sec_permissions_continuous_reduction.html",
  parameters: {
    longestDays: integer("Maximum number of days until a waiver expires.", {
      usually: 366,
      from: 1,
      to: 3_660,
    }),
  },
  checkStack(stack, report, { longestDays }: { longestDays: number }) {
    const { waivers, today } = ledger;
    if (waivers.length === 0) return;
    const found = findingsIn(stack, rules, ledger);
    const latest = dayAfter(today, longestDays);
    waivers.forEach((waiver, index) => {
      const matched = found.filter(
        ({ policy, resource, sentence }) =>
          policy === waiver.policy &&
          sentence === waiver.finding &&
          shown(resource) === waiver.resource,
      );
      const faults = [
        ...faultsOf(waiver),
        ...(waivers.slice(0, index).some((other) => same(other, waiver)) ? ["is a duplicate"] : []),
        ...(hasExpired(waiver, today) ? [`expired on ${waiver.expires}`] : []),
        ...(isDay(waiver.expires) && waiver.expires > latest
          ? [`expires after ${latest}, ${longestDays} days ahead`]
          : []),
        ...(matched.length === 0 ? ["matches no finding"] : []),
        ...(matched.length > 1 ? [`waives ${matched.length} findings`] : []),
      ];
      const where = matched[0]?.resource ?? stack.resources[0];
      for (const fault of where ? faults : [])
        report(
          where as Resource,
          `The waiver of ${waiver.policy} for ${waiver.resource} ${fault}: correct or delete the waiver.`,
        );
    });
  },
});

interface Finding {
  policy: string;
  resource: Resource;
  sentence: string;
}

const dayAfter = (day: string, days: number): string =>
  new Date((Date.parse(day) || 0) + days * 86_400_000).toISOString().slice(0, 10);

function findingsIn(stack: Stack, rules: readonly Rule[], { settings }: Ledger): Finding[] {
  const findings: Finding[] = [];
  const silent = { undecided: (): void => undefined, advise: (): void => undefined };
  for (const rule of rules) {
    const add = (resource: Resource, sentence: string) =>
      findings.push({ policy: rule.name, resource, sentence });
    const set = settings?.get(rule.name) ?? defaultsOf(rule);
    if ("checkStack" in rule) rule.checkStack(stack, Object.assign(add, silent), set);
    else
      for (const resource of stack.of(...rule.types))
        rule.check(
          resource,
          Object.assign((sentence: string) => add(resource, sentence), silent),
          set,
        );
  }
  return findings;
}

const same = (a: Waiver, b: Waiver): boolean =>
  a.policy === b.policy && a.resource === b.resource && a.finding === b.finding;
