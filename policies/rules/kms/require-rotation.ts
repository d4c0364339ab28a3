import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireRotation: ResourceRule = {
  name: "kms-key-require-rotation",
  displayName: "Keys have automatic rotation",
  description: "Every symmetric encryption key has automatic rotation enabled.",
  area: "encryption",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "The need for rotation depends on compliance requirements.",
  },
  framework: wellArchitected.encryptionAtRest,
  remediationSteps: "Set enableKeyRotation: true.",
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
  types: ["aws:kms/key:Key"],
  check({ inputs }, report) {
    if ((inputs.at("keyUsage").text() ?? "ENCRYPT_DECRYPT") !== "ENCRYPT_DECRYPT") return;
    if ((inputs.at("customerMasterKeySpec").text() ?? "SYMMETRIC_DEFAULT") !== "SYMMETRIC_DEFAULT")
      return;
    const rotation = inputs.at("enableKeyRotation");
    if (rotation.isKnown() && rotation.flag() !== true)
      report("Has no automatic rotation: set enableKeyRotation.");
  },
};
