import type { GivenInputs } from "./given-inputs";
import type { Settings } from "./parameters";
import type { Resource } from "./stack/resource";
import type { Unverified } from "./unverified";

/** One finding that is accepted. Nothing in it is a pattern: a second finding needs a second waiver. */
export interface Waiver {
  /** The rule's name. */
  policy: string;
  /** As the CLI shows it: `aws:sqs:Queue: orders`. */
  resource: string;
  /** The sentence, to the letter, without the rule's description. */
  finding: string;
  /** Why the finding is acceptable here. */
  reason: string;
  /** Where that can be checked. */
  evidence: string;
  /** The last day on which it holds, `YYYY-MM-DD`. */
  expires: string;
}

/** What the rules of a pack share: its waivers, the day on which they are read, and what is kept from rule to rule. */
export interface Ledger {
  waivers: readonly Waiver[];
  /** `YYYY-MM-DD`. */
  today: string;
  /** Which inputs the program gave. @default every value that is not known yet counts as given */
  given?: GivenInputs;
  /** Collects what is not known yet. @default each rule tells by itself */
  unverified?: Unverified;
  /** What each rule was last run with, by its name: the findings that waivers are held against are those of this run. */
  settings?: Map<string, Settings>;
}

/** A resource as the CLI shows it. */
export const shown = ({ type, name }: Pick<Resource, "type" | "name">): string =>
  `${type.replace(/\/[^:]+/, "")}: ${name}`;

export const hasExpired = ({ expires }: Waiver, today: string): boolean => expires < today;

/** The waiver that holds for a finding today. */
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

/** What makes a waiver worthless, each as the end of a sentence that begins with the waiver. */
export function faultsOf({ reason, evidence, expires }: Waiver): string[] {
  return [
    ...(reason.trim().length < 20 ? ["gives no reason of 20 characters or more"] : []),
    ...(/^https:\/\/\S+\.\S/.test(evidence) ? [] : ["names no https page as evidence"]),
    ...(isDay(expires) ? [] : ["has no day like 2027-01-31 on which it expires"]),
  ];
}

/** What is no day reads as 1970 or, as the 31st of February does, as another one. */
export const isDay = (text: string): boolean =>
  new Date(Date.parse(text) || 0).toISOString().slice(0, 10) === text;
