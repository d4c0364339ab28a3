import { wellArchitected } from "../../frameworks";
import { documentsIn } from "../../iam/documents";
import { deniesPlainText } from "../../iam/tls";
import type { StackRule } from "../../rule";
import type { Kind } from "../../stack/names";

/** What has a policy of its own, in which it can refuse: an action that everybody needs, and who else may hold the policy. */
const refusing: Record<string, { action: string; kind: Kind; holder: string; input: string }> = {
  "aws:s3/bucket:Bucket": {
    action: "s3:GetObject",
    kind: "bucket",
    holder: "aws:s3/bucketPolicy:BucketPolicy",
    input: "bucket",
  },
  "aws:sns/topic:Topic": {
    action: "sns:Publish",
    kind: "topic",
    holder: "aws:sns/topicPolicy:TopicPolicy",
    input: "arn",
  },
  "aws:sqs/queue:Queue": {
    action: "sqs:SendMessage",
    kind: "queue",
    holder: "aws:sqs/queuePolicy:QueuePolicy",
    input: "queueUrl",
  },
};

export const requireTls: StackRule = {
  name: "aws-resource-require-tls",
  displayName: "Queues, topics and buckets are reached over TLS only",
  description: "The policy of every queue, topic and bucket denies requests without TLS.",
  area: "encryption",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Clients use TLS by default; the denial is a second line of defence.",
  },
  framework: wellArchitected.encryptionInTransit,
  remediationSteps:
    'Add a statement to its policy that denies everybody the service\'s actions on Bool {"aws:SecureTransport": "false"}.',
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
  checkStack(stack, report) {
    for (const [type, { action, kind, holder, input }] of Object.entries(refusing)) {
      const policies = stack
        .of(holder)
        .map(
          (policy) => [stack.referredTo(policy, policy.inputs.at(input), kind), policy] as const,
        );
      for (const resource of stack.of(type)) {
        const holders = [
          resource,
          ...policies.filter(([of]) => of === resource).map(([, policy]) => policy),
        ];
        const documents = holders.flatMap((one) => documentsIn(one, "resource"));
        // A document that is not known yet has been noted as such.
        if (documents.some(({ place }) => place.whole() === undefined)) continue;
        const statements = documents.flatMap((one) => one.statements);
        if (!deniesPlainText(statements, action))
          report(
            resource,
            `Takes requests without TLS: deny ${action.split(":")[0]}:* on aws:SecureTransport false.`,
          );
      }
    }
  },
};
