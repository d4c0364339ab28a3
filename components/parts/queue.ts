import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, placedName, queueUrl, type Arn } from "./names";
import {
  onBehalfOf,
  allow,
  denyPlainText,
  policyDocument,
  type ResourceStatement,
  type Statement,
} from "./policy-document";

/** Services that send to queues on their own behalf, and the kind of resource they send for, as it appears in statement ids. */
const senders = {
  "events.amazonaws.com": "EventRule",
  "s3.amazonaws.com": "Bucket",
  "sns.amazonaws.com": "Topic",
} as const;

/** An AWS service that sends to a queue on its own behalf, for one resource. */
export interface Sender {
  service: keyof typeof senders;
  sourceArn: Arn;
}

/** A queue that receives dead letters, such as a `DeadLetterQueue`. */
export interface DeadLetterTarget {
  readonly arn: Arn;
  readonly queue: { readonly resource: aws.sqs.Queue };
}

/** How long a queue keeps a message if nothing else is set: 4 days, as SQS does. */
export const defaultRetentionSeconds = 345_600;

export interface QueueArgs {
  /** What the queue holds. Becomes the tag `purpose`, which the policy pack reads. */
  purpose: "work" | "failures" | "quarantine";
  /** How long a received message stays hidden from other consumers. @default 30 */
  visibilityTimeoutSeconds?: number;
  /** How long SQS keeps a message, 60–1,209,600 s. @default {@link defaultRetentionSeconds} */
  retentionSeconds?: number;
  /** The dead-letter queue for messages that were received `maxReceiveCount` times and not deleted. @default none */
  redriveTo?: { failures: DeadLetterTarget; maxReceiveCount: number };
  /** Queues that may use this one as their dead-letter queue. @default none */
  deadLetterQueueOf?: Arn[];
  /** Services that the queue policy allows to send. Roles are allowed by their own statements. @default none */
  admits?: Sender[];
  /** Another Region than that of the stack. @default that of the stack */
  region?: string;
}

/**
 * A queue, encrypted at rest and reachable over TLS only: a standard queue, since IoT rules cannot send to FIFO queues, unless it is a
 * quarantine, to which only callbacks send.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/sqs-rule-action.html
 */
export class Queue extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  /** The URL computed from the name, known at preview. */
  readonly knownUrl: pulumi.Output<string>;
  /** The URL that SQS returned; depends on the queue. */
  readonly url: pulumi.Output<string>;
  readonly resource: aws.sqs.Queue;

  constructor(name: string, args: QueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Queue", name, {}, opts);
    const sources = args.deadLetterQueueOf ?? [];
    const isQuarantine = args.purpose === "quarantine";
    const { region } = args;
    this.name = isQuarantine
      ? `${placedName("FIFO queue", name, region)}.fifo`
      : placedName("queue", name, region);
    this.arn = arn.queue(this.name, region);
    this.knownUrl = queueUrl(this.name, region);

    this.resource = new aws.sqs.Queue(
      name,
      {
        ...(region !== undefined && { region }),
        name: this.name,
        messageRetentionSeconds: args.retentionSeconds ?? defaultRetentionSeconds,
        visibilityTimeoutSeconds: args.visibilityTimeoutSeconds ?? 30,
        receiveWaitTimeSeconds: 20,
        sqsManagedSseEnabled: true,
        ...(isQuarantine && deduplicating),
        policy: policyDocument([
          denyPlainText("sqs:*", this.arn),
          ...(args.admits ?? []).map((sender) => maySend(sender, this.arn)),
        ]),
        redriveAllowPolicy: pulumi.jsonStringify(
          sources.length > 0
            ? { redrivePermission: "byQueue", sourceQueueArns: sources }
            : { redrivePermission: "denyAll" },
        ),
        ...(args.redriveTo && {
          redrivePolicy: pulumi.jsonStringify({
            deadLetterTargetArn: args.redriveTo.failures.arn,
            maxReceiveCount: args.redriveTo.maxReceiveCount,
          }),
        }),
        tags: { purpose: args.purpose },
      },
      {
        parent: this,
        // SQS refuses a redrive policy whose target does not exist yet.
        dependsOn: args.redriveTo ? [args.redriveTo.failures.queue.resource] : [],
      },
    );
    this.url = this.resource.url;
    this.registerOutputs({ arn: this.arn, url: this.url });
  }

  /** The statement that allows a role to send to this queue. */
  sendStatement(sid: string): Statement {
    return allow(sid, "sqs:SendMessage", this.arn);
  }
}

/**
 * SQS drops a message whose group and deduplication id it took within the last five minutes. The high throughput of these settings counts
 * calls by message group instead of by queue.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/high-throughput-fifo.html
 */
const deduplicating = {
  fifoQueue: true,
  deduplicationScope: "messageGroup",
  fifoThroughputLimit: "perMessageGroupId",
};

const maySend = ({ service, sourceArn }: Sender, queue: Arn): ResourceStatement => ({
  Sid: `SendFrom${senders[service]}`,
  Effect: "Allow",
  Principal: { Service: service },
  Action: "sqs:SendMessage",
  Resource: queue,
  Condition: onBehalfOf(service, "sqs:SendMessage", sourceArn, "ArnEquals"),
});
