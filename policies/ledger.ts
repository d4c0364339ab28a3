import type { GivenInputs } from "./given-inputs";
import type { Settings } from "./parameters";
import type { Resource } from "./stack/resource";
import type { Unverified } from "./unverified";

/** One accepted finding. Its fields are not patterns: a second finding requires a second waiver. */
export interface Waiver {
  /** The rule's name. */
  policy: string;
  /** The resource as the CLI displays it: `aws:sqs:Queue: orders`. */
  resource: string;
  /** The exact text of the finding, without the description of the rule. */
  finding: string;
  /** Why the finding is acceptable in this program. */
  reason: string;
  /** The page that supports the reason. */
  evidence: string;
  /** The last day on which the waiver applies, `YYYY-MM-DD`. */
  expires: string;
}

/** The state that the rules of a pack share: the waivers, the current date, and the data collected across rules. */
export interface Ledger {
  waivers: readonly Waiver[];
  /** `YYYY-MM-DD`. */
  today: string;
  /** The inputs that the program set. @default every value that is not known yet counts as set */
  given?: GivenInputs;
  /** Collects the inputs that are not known yet. @default each rule reports them itself */
  unverified?: Unverified;
  /** The parameters of the last run of each rule, by rule name. Waivers are compared with the findings of that run. */
  settings?: Map<string, Settings>;
}

/** Formats a resource as the CLI displays it. */
export const shown = ({ type, name }: Pick<Resource, "type" | "name">): string =>
  `${type.replace(/\/[^:]+/, "")}: ${name}`;

export const hasExpired = ({ expires }: Waiver, today: string): boolean => expires < today;

/** Returns the waiver that applies to a finding today. */
export function waiverFor(
  { waivers, today }: Ledger,
  policy: string,
  resource: Resource,
  finding: string,
): Waiver | undefined {
  return waivers.find(
    (waiver) =>
      waiver.policy === policy &&
      waiver.finding === finding &&
      waiver.resource === shown(resource) &&
      faultsOf(waiver).length === 0 &&
      !hasExpired(waiver, today),
  );
}

/** The defects that make a waiver invalid. Each completes a sentence whose subject is the waiver. */
export function faultsOf({ reason, evidence, expires }: Waiver): string[] {
  return [
    ...(reason.trim().length < 20 ? ["gives no reason of 20 characters or more"] : []),
    ...(/^https:\/\/\S+\.\S/.test(evidence) ? [] : ["names no https page as evidence"]),
    ...(isDay(expires) ? [] : ["has no expiry date in the form 2027-01-31"]),
  ];
}

/** Returns true for a valid date. `Date` parses other text as 1970, and February 31 as a day in March. */
export const isDay = (text: string): boolean =>
  new Date(Date.parse(text) || 0).toISOString().slice(0, 10) === text;
