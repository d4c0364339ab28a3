import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeadLetterQueue } from "./dead-letter-queue";
import { accountId, arn, physicalName, queueUrl, type Arn } from "./names";
import {
  allow,
  denyPlainText,
  policyDocument,
  type ResourceStatement,
  type Statement,
} from "./policy-document";

/** Services that write to queues on their own behalf, and what of theirs it is that sends. */
const senders = {
  "events.amazonaws.com": "EventRule",
  "s3.amazonaws.com": "Bucket",
  "sns.amazonaws.com": "Topic",
} as const;

/** An AWS service that writes to a queue on its own behalf, for one resource. */
export interface Sender {
  service: keyof typeof senders;
  sourceArn: Arn;
}

export interface QueueArgs {
  /** Why the queue exists; a tag that people and the policy pack read. */
  purpose: "work" | "failures" | "quarantine";
  /** How long a consumer may hold a message. @default 30 */
  visibilityTimeoutSeconds?: number;
  /** @default 345600 (4 days) */
  retentionSeconds?: number;
  /** Where a message goes that was received `maxReceiveCount` times and never deleted. */
  redriveTo?: { failures: DeadLetterQueue; maxReceiveCount: number };
  /** Which queues may name this one as their dead-letter queue. @default none */
  deadLetterQueueOf?: Arn[];
  /** @default none */
  admits?: Sender[];
}

/** A standard queue, encrypted at rest, reached over TLS only. IoT rules cannot write to FIFO queues. */
export class Queue extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  /** The URL computed from the name; known at preview. */
  readonly knownUrl: pulumi.Output<string>;
  /** The URL that the service gave. */
  readonly url: pulumi.Output<string>;
  readonly resource: aws.sqs.Queue;

  constructor(name: string, args: QueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Queue", name, {}, opts);
    const sources = args.deadLetterQueueOf ?? [];
    this.name = physicalName("queue", name);
    this.arn = arn.queue(this.name);
    this.knownUrl = queueUrl(this.name);

    this.resource = new aws.sqs.Queue(
      name,
      {
        name: this.name,
        messageRetentionSeconds: args.retentionSeconds ?? 345_600,
        visibilityTimeoutSeconds: args.visibilityTimeoutSeconds ?? 30,
        receiveWaitTimeSeconds: 20,
        sqsManagedSseEnabled: true,
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

  /** What a role needs to send here. */
  sendStatement(sid: string): Statement {
    return allow(sid, "sqs:SendMessage", this.arn);
  }
}

const maySend = ({ service, sourceArn }: Sender, queue: Arn): ResourceStatement => ({
  Sid: `SendFrom${senders[service]}`,
  Effect: "Allow",
  Principal: { Service: service },
  Action: "sqs:SendMessage",
  Resource: queue,
  Condition: {
    StringEquals: { "aws:SourceAccount": accountId() },
    ArnEquals: { "aws:SourceArn": sourceArn },
  },
});
