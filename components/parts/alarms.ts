import * as pulumi from "@pulumi/pulumi";
import type { AlarmTarget, Metric, SharedAlarm } from "./alarm";
import { EncryptedTopic } from "./encrypted-topic";
import { DeadLetterQueue } from "./dead-letter-queue";
import { arn, type Arn } from "./names";
import { SharedAlarms } from "./shared-alarms";
import { byMail, subscribeAll } from "./subscription";

export interface AlarmsArgs {
  /** Email addresses that receive alarm notifications. Each recipient has to confirm the subscription once. */
  emails: string[];
  /** Invalid messages that a quarantine may receive within five minutes, or hold, before an alarm fires. @default 0 */
  quarantineThreshold?: number;
}

/** The topic that receives the notifications of all alarms of the stack, with its email subscriptions. Its key admits CloudWatch. */
export class Alarms extends pulumi.ComponentResource implements AlarmTarget {
  readonly topicArn: Arn;
  readonly quarantineThreshold: number;
  /** Subscriptions that wait for their confirmation, by their logical names. */
  readonly unconfirmed: pulumi.Output<string[]>;
  private readonly shared = new SharedAlarms();

  constructor(
    private readonly name: string,
    args: AlarmsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("iot:parts:Alarms", name, {}, opts);
    const parent = { parent: this };
    this.quarantineThreshold = args.quarantineThreshold ?? 0;
    const anyAlarm = arn.alarm(`${pulumi.getProject()}-${pulumi.getStack()}-*`);

    const topic = new EncryptedTopic(
      `${name}-topic`,
      { admits: [{ service: "cloudwatch.amazonaws.com", sourceArn: anyAlarm }] },
      parent,
    );
    this.topicArn = topic.arn;
    if (args.emails.length === 0) this.unconfirmed = pulumi.output([]);
    else {
      const undelivered = new DeadLetterQueue(
        `${name}-undelivered`,
        { admits: [{ service: "sns.amazonaws.com", sourceArn: topic.arn }], alarms: this },
        parent,
      );
      this.unconfirmed = subscribeAll(
        name,
        { topic, subscribers: byMail(args.emails), failures: undelivered, alarms: this },
        parent,
      );
    }
    this.registerOutputs({ topicArn: this.topicArn });
  }

  share(alarm: SharedAlarm, metric: Metric): void {
    this.shared.add(alarm, metric);
  }

  /** Creates the shared alarms. Call it after everything else: metrics that come later have no alarm. */
  complete(): void {
    this.shared.create(this.name, this, { parent: this });
  }
}
