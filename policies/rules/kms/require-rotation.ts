import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireRotation: ResourceRule = {
  name: "kms-key-require-rotation",
  displayName: "Keys are rotated",
  description: "Every symmetric key for encryption is rotated by AWS.",
  area: "encryption",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Rotation is a matter of compliance.",
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
      report("Is never rotated: set enableKeyRotation.");
  },
};
