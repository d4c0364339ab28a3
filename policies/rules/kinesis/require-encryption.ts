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
    because: "The need for encryption at rest depends on the data.",
  },
  framework: wellArchitected.encryptionAtRest,
  remediationSteps:
    'Set encryptionType: "KMS" and kmsKeyId, either alias/aws/kinesis or a customer managed key.',
  url: "https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html",
  types: ["aws:kinesis/stream:Stream"],
  check({ inputs }, report) {
    const type = inputs.at("encryptionType");
    if (type.isKnown() && type.text() !== "KMS")
      report("Is not encrypted: set encryptionType and kmsKeyId.");
  },
};
