import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireRotation: ResourceRule = {
  name: "kms-key-require-rotation",
  displayName: "Keys are rotated",
  description: "Every symmetric key for encryption is rotated by AWS.",
  area: "encryption",
  severity: "medium",
  framework: wellArchitected.encryptionAtRest,
  remediationSteps: "Set enableKeyRotation: true.",
  url: "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
  types: ["aws:kms/key:Key"],
  check({ inputs }, report) {
    const [usage, spec, rotation] = ["keyUsage", "customerMasterKeySpec", "enableKeyRotation"].map(
      (input) => inputs.at(input),
    );
    if ((usage?.text() ?? "ENCRYPT_DECRYPT") !== "ENCRYPT_DECRYPT") return;
    if ((spec?.text() ?? "SYMMETRIC_DEFAULT") !== "SYMMETRIC_DEFAULT") return;
    if (rotation?.isKnown() !== false && rotation?.flag() !== true)
      report("Is never rotated: set enableKeyRotation.");
  },
};
