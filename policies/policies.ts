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

/** The given rules, followed by the rules about their shared state: the waivers and the inputs that are not known. */
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
 * The policies of the pack in the form that the Pulumi SDK expects, each with its level in the profile `recommended`. They have their own
 * module because `new PolicyPack` starts a server immediately.
 */
export const policies: Policies = all.map((rule) => ({
  ...asPolicy(rule, ledger),
  enforcementLevel: rule.recommended.level,
}));
