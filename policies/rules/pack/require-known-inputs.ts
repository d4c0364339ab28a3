import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import type { Unverified } from "../../unverified";

/** Runs last, and reports once every input that the other rules of the pack could not evaluate. */
export const requireKnownInputs = (unverified: Unverified | undefined): StackRule => ({
  name: "pack-input-require-known-value",
  displayName: "Inputs are known during the preview",
  description: "Every input that a rule depends on is known before the update.",
  area: "validation",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "The rule only reports inputs that are not known yet.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Name resources explicitly and compute their ARNs from the names, so that documents that contain an ARN are known during the preview.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
  checkStack(_, report) {
    for (const [resource, sentence] of unverified?.lines() ?? [])
      report.undecided(resource, sentence);
  },
});
