import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireStreamEncryption: ResourceRule = {
  name: "kinesis-stream-require-encryption",
  displayName: "Streams are encrypted",
  description: "Every stream is encrypted at rest.",
  area: "encryption",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Encryption at rest is a matter of the data.",
  },
  framework: wellArchitected.encryptionAtRest,
  remediationSteps:
    'Set encryptionType: "KMS" and kmsKeyId, alias/aws/kinesis or a key of your own.',
  url: "https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html",
  types: ["aws:kinesis/stream:Stream"],
  check({ inputs }, report) {
    const type = inputs.at("encryptionType");
    if (type.isKnown() && type.text() !== "KMS")
      report("Is not encrypted: set encryptionType and kmsKeyId.");
  },
};
