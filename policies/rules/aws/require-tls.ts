import { wellArchitected } from "../../frameworks";
import { documentsIn } from "../../iam/documents";
import { deniesPlainText } from "../../iam/tls";
import type { StackRule } from "../../rule";
import type { Kind } from "../../stack/names";

/** Types with a resource policy that can deny requests: a common action, and the separate type that can contain the policy. */
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
  displayName: "Queues, topics and buckets require TLS",
  description: "The policy of every queue, topic and bucket denies requests without TLS.",
  area: "encryption",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Clients use TLS by default; the deny statement is defense in depth.",
  },
  framework: wellArchitected.encryptionInTransit,
  remediationSteps:
    'Add a statement to the resource policy that denies all principals the service\'s actions with the condition Bool {"aws:SecureTransport": "false"}.',
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
        // A document that is not known yet has already been recorded.
        if (documents.some(({ place }) => place.whole() === undefined)) continue;
        const statements = documents.flatMap((one) => one.statements);
        if (!deniesPlainText(statements, action))
          report(
            resource,
            `Accepts requests without TLS: deny ${action.split(":")[0]}:* when aws:SecureTransport is false.`,
          );
      }
    }
  },
};
