import type { PolicyComplianceFramework, Severity } from "@pulumi/policy";
import type { Parameter, Settings } from "./parameters";
import type { Resource } from "./stack/resource";
import type { Stack } from "./stack/stack";

/** What a rule is for; the catalogue is grouped by it. */
export type Area =
  | "least privilege"
  | "failure paths"
  | "monitoring"
  | "encryption"
  | "cost"
  | "scalability"
  | "validation"
  | "lifecycle"
  | "documentation"
  | "waivers";

/** What the CLI and the catalogue show about a rule. */
interface Metadata {
  /** `<service>-<resource>-<require|forbid|limit>-<what>`. */
  name: `${string}-${"require" | "forbid" | "limit"}-${string}`;
  displayName: string;
  /** What has to be so, in one sentence; the CLI prints it above each violation. */
  description: string;
  area: Area;
  severity: Severity;
  /** Its level in the profile `recommended`, and why; in the profile `strict` every rule is mandatory. */
  recommended: { level: "mandatory" | "advisory"; because: string };
  framework: PolicyComplianceFramework;
  /** What to write. */
  remediationSteps: string;
  /** The page of AWS's that says so. */
  url: `https://docs.aws.amazon.com/${string}`;
  /** What a stack may set of it, by name. @default nothing but its level */
  parameters?: Readonly<Record<string, Parameter>>;
}

/** Takes one sentence per thing that is wrong with a resource. */
export interface Report {
  (sentence: string): void;
  /** Takes what the rule cannot decide, as a sentence; it is shown and is advisory. */
  undecided(sentence: string): void;
  /** Takes what is allowed and hardly meant; it is shown and is advisory. */
  advise(sentence: string): void;
}

/** The same for rules that see many resources. */
export interface StackReport {
  (resource: Resource, sentence: string): void;
  undecided(resource: Resource, sentence: string): void;
  advise(resource: Resource, sentence: string): void;
}

/** A rule that needs to see one resource only. It also holds at an update without a preview, before that resource is made. */
export interface ResourceRule extends Metadata {
  /** The types it is about; it never sees another. */
  types: readonly string[];
  /** Must not throw, whatever the inputs are. */
  check(resource: Resource, report: Report, settings: Settings): void;
}

/** A rule about how resources relate. */
export interface StackRule extends Metadata {
  /** Must not throw, whatever the inputs are. */
  checkStack(stack: Stack, report: StackReport, settings: Settings): void;
}

export type Rule = ResourceRule | StackRule;
