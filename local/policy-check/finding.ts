import {
  EnforcementLevel,
  PolicySeverity,
  type AnalyzeDiagnostic,
} from "@pulumi/pulumi/proto/analyzer_pb";

/** One thing that a policy pack says about a resource. */
export interface Finding {
  level: "mandatory" | "advisory";
  severity: string;
  policy: string;
  pack: string;
  /** The sentences, one a line. */
  message: string;
  urn: string;
}

export function findingOf(diagnostic: AnalyzeDiagnostic, urn: string): Finding {
  const level = diagnostic.getEnforcementlevel();
  return {
    level: level === EnforcementLevel.ADVISORY ? "advisory" : "mandatory",
    severity: severities.get(diagnostic.getSeverity()) ?? "",
    policy: diagnostic.getPolicyname(),
    pack: `${diagnostic.getPolicypackname()}@v${diagnostic.getPolicypackversion()}`,
    message: diagnostic.getMessage(),
    urn: diagnostic.getUrn() || urn,
  };
}

const severities = new Map<PolicySeverity, string>([
  [PolicySeverity.POLICY_SEVERITY_LOW, "low"],
  [PolicySeverity.POLICY_SEVERITY_MEDIUM, "medium"],
  [PolicySeverity.POLICY_SEVERITY_HIGH, "high"],
  [PolicySeverity.POLICY_SEVERITY_CRITICAL, "critical"],
]);

/** What the pack could not look at, by its own words or by the SDK's. */
export const isUnverified = ({ message }: Finding): boolean =>
  /^Unverified: |^can't run policy /.test(message);

export const isWaived = ({ message }: Finding): boolean => message.startsWith("Waived until ");

/** The finding as the CLI prints it. */
export function asLines({ level, severity, policy, message, urn }: Finding): string {
  const [, , types = "", ...name] = urn.split("::");
  // The type without its parents, and without the name of its module, which says nothing.
  const type = (types.split("$").pop() ?? "").replace(/\/[^:]+(?=:)/, "");
  const where = urn === "" ? "" : `  (${type}: ${name.join("::")})`;
  const grade = severity === "" ? "" : ` [severity: ${severity}]`;
  const text = message.split("\n").map((line) => `  ${line}`);
  return [`- [${level}]${grade}  ${policy}${where}`, ...text].join("\n");
}
