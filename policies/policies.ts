import type { Policies } from "@pulumi/policy";
import type { Ledger } from "./ledger";
import { asPolicy } from "./policy";
import type { Rule } from "./rule";
import { rules } from "./rules";
import { requireExactWaivers } from "./rules/pack/require-exact-waivers";
import { waivers } from "./waivers";

/** The rules, and last the one that looks after their waivers. */
export const withWaivers = (some: readonly Rule[], ledger: Ledger): Rule[] => [
  ...some,
  requireExactWaivers(some, ledger),
];

const today = new Date().toISOString().slice(0, 10);
const ledger = { waivers, today, settings: new Map() };

/** The rules of the pack. */
export const all = withWaivers(rules, ledger);

/** The pack's policies as Pulumi's SDK takes them. In a module of their own: `new PolicyPack` starts a server at once. */
export const policies: Policies = all.map((rule) => asPolicy(rule, ledger));
