import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireEncryption: ResourceRule = {
  name: "sqs-queue-require-encryption",
  displayName: "Queues are encrypted",
  description: "Every queue is encrypted at rest, with SSE-SQS or with a KMS key.",
  area: "encryption",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Amazon SQS encrypts new queues by default.",
  },
  framework: wellArchitected.encryptionAtRest,
  remediationSteps: "Set sqsManagedSseEnabled: true or kmsMasterKeyId.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
  types: ["aws:sqs/queue:Queue"],
  check({ inputs }, report) {
    const managed = inputs.at("sqsManagedSseEnabled");
    if (inputs.at("kmsMasterKeyId").given || !managed.isKnown() || managed.flag() === true) return;
    report("Does not enable encryption at rest: set sqsManagedSseEnabled or kmsMasterKeyId.");
  },
};
