import * as pulumi from "@pulumi/pulumi";
import type { AlarmTarget } from "./alarm";
import { EncryptedTopic } from "./encrypted-topic";
import { DeadLetterQueue } from "./dead-letter-queue";
import { arn, type Arn } from "./names";
import { byMail, subscribeAll } from "./subscription";

export interface AlarmsArgs {
  /** Email addresses that receive alarm notifications. Each recipient has to confirm the subscription once. */
  emails: string[];
}

/** The topic that receives the notifications of all alarms of the stack, with its email subscriptions. Its key admits CloudWatch. */
export class Alarms extends pulumi.ComponentResource implements AlarmTarget {
  readonly topicArn: Arn;
  /** Subscriptions that wait for their confirmation, by their logical names. */
  readonly unconfirmed: pulumi.Output<string[]>;

  constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Alarms", name, {}, opts);
    const parent = { parent: this };
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
}
