import type { PolicyComplianceFramework, Severity } from "@pulumi/policy";
import type { Parameter, Settings } from "./parameters";
import type { Resource } from "./stack/resource";
import type { Stack } from "./stack/model";

/** The area of a rule. The catalogue groups rules by area. */
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

/** The metadata of a rule that the CLI and the catalogue display. */
interface Metadata {
  /** `<service>-<resource>-<require|forbid|limit>-<what>`. */
  name: `${string}-${"require" | "forbid" | "limit"}-${string}`;
  displayName: string;
  /** The requirement, in one sentence. The CLI prints it above each violation. */
  description: string;
  area: Area;
  severity: Severity;
  /** The level in the profile `recommended`, and the reason. In the profile `strict` every rule is mandatory. */
  recommended: { level: "mandatory" | "advisory"; because: string };
  framework: PolicyComplianceFramework;
  /** How to fix a violation. */
  remediationSteps: string;
  /** The AWS documentation page that supports the rule. */
  url: `https://docs.aws.amazon.com/${string}`;
  /** The parameters that a stack can set, by name. @default only the enforcement level */
  parameters?: Readonly<Record<string, Parameter>>;
}

/** Reports one sentence for each fault of a resource. */
export interface Report {
  (sentence: string): void;
  /** Reports, as an advisory line, what the rule cannot decide. */
  undecided(sentence: string): void;
  /** Reports, as an advisory line, what is allowed but probably unintended. */
  advise(sentence: string): void;
}

/** The same for rules that see all resources of a stack. */
export interface StackReport {
  (resource: Resource, sentence: string): void;
  undecided(resource: Resource, sentence: string): void;
  advise(resource: Resource, sentence: string): void;
}

/** A rule about a single resource. It also applies to an update without a preview, before the resource is created. */
export interface ResourceRule extends Metadata {
  /** The resource types that the rule checks. It never sees other types. */
  types: readonly string[];
  /** Must not throw for any inputs. */
  check(resource: Resource, report: Report, settings: Settings): void;
}

/** A rule about the relations between resources. */
export interface StackRule extends Metadata {
  /** Must not throw for any inputs. */
  checkStack(stack: Stack, report: StackReport, settings: Settings): void;
}

export type Rule = ResourceRule | StackRule;
