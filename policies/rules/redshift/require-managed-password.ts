import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireManagedPassword: ResourceRule = {
  name: "redshift-namespace-require-managed-password",
  displayName: "Secrets Manager manages the passwords of administrators",
  description:
    "Every Redshift Serverless namespace leaves the password of its administrator to Secrets Manager.",
  area: "encryption",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "A namespace whose users sign in by IAM alone needs no password of an administrator.",
  },
  framework: wellArchitected.secrets,
  remediationSteps: "Set manageAdminPassword to true, and omit adminUserPassword.",
  url: "https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-secrets-manager-integration.html",
  types: ["aws:redshiftserverless/namespace:Namespace"],
  check({ inputs }, report) {
    const managed = inputs.at("manageAdminPassword");
    if (managed.isKnown() && managed.flag() !== true)
      report(
        "Has an administrator whose password Secrets Manager does not manage: set manageAdminPassword to true.",
      );
  },
};
