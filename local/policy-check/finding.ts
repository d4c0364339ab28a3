import {
  EnforcementLevel,
  PolicySeverity,
  type AnalyzeDiagnostic,
} from "@pulumi/pulumi/proto/analyzer_pb";

/** One finding of a policy pack about a resource. */
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

/** Whether the pack could not check something, according to its own message or the SDK's. */
export const isUnverified = ({ message }: Finding): boolean =>
  /^Unverified: |^can't run policy /.test(message);

export const isWaived = ({ message }: Finding): boolean => message.startsWith("Waived until ");

/** The finding as the CLI prints it. */
export function asLines({ level, severity, policy, message, urn }: Finding): string {
  const [, , types = "", ...name] = urn.split("::");
  // The type without its parents and its module.
  const type = (types.split("$").pop() ?? "").replace(/\/[^:]+(?=:)/, "");
  const where = urn === "" ? "" : `  (${type}: ${name.join("::")})`;
  const grade = severity === "" ? "" : ` [severity: ${severity}]`;
  const text = message.split("\n").map((line) => `  ${line}`);
  return [`- [${level}]${grade}  ${policy}${where}`, ...text].join("\n");
}
