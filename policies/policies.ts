import type { Policies } from "@pulumi/policy";
import { GivenInputs } from "./given-inputs";
import type { Ledger } from "./ledger";
import { asPolicy } from "./policy";
import type { Rule } from "./rule";
import { rules } from "./rules";
import { requireExactWaivers } from "./rules/pack/require-exact-waivers";
import { requireKnownInputs } from "./rules/pack/require-known-inputs";
import { Unverified } from "./unverified";
import { waivers } from "./waivers";

/** The rules, and last those about what they share: their waivers, and what they could not look at. */
export const withWaivers = (some: readonly Rule[], ledger: Ledger): Rule[] => [
  ...some,
  requireExactWaivers(some, ledger),
  requireKnownInputs(ledger.unverified),
];

const ledger: Ledger = {
  waivers,
  today: new Date().toISOString().slice(0, 10),
  settings: new Map(),
  given: new GivenInputs(),
  unverified: new Unverified(),
};

/** The rules of the pack. */
export const all = withWaivers(rules, ledger);

/**
 * The pack's policies as Pulumi's SDK takes them, each with its level in the profile `recommended`. In a module of their own:
 * `new PolicyPack` starts a server at once.
 */
export const policies: Policies = all.map((rule) => ({
  ...asPolicy(rule, ledger),
  enforcementLevel: rule.recommended.level,
}));
