import * as pulumi from "@pulumi/pulumi";
import type { AlarmTarget, Metric, SharedAlarm } from "./alarm";
import { EncryptedTopic } from "./encrypted-topic";
import { DeadLetterQueue } from "./dead-letter-queue";
import { arn, otherRegion, placedName, type Arn } from "./names";
import { SharedAlarms } from "./shared-alarms";
import { byMail, subscribeAll } from "./subscription";

export interface AlarmsArgs {
  /** Email addresses that receive alarm notifications. Each recipient has to confirm the subscription once. */
  emails: string[];
  /** Invalid messages that a quarantine may receive within five minutes, or hold, before an alarm fires. @default 0 */
  quarantineThreshold?: number;
  /** Another Region than that of the stack. @default that of the stack */
  region?: string;
}

/**
 * The topic that receives the notifications of all alarms of the stack in one Region, with its email subscriptions. Its key admits
 * CloudWatch. An alarm can only notify a topic in its own Region, and SNS does not forward from a topic to a topic, so each Region with
 * alarms has a topic.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
 */
export class Alarms extends pulumi.ComponentResource implements AlarmTarget {
  readonly topicArn: Arn;
  readonly region: string | undefined;
  readonly quarantineThreshold: number;
  private readonly ownUnconfirmed: pulumi.Output<string[]>;
  private readonly shared = new SharedAlarms();
  private readonly elsewhere = new Map<string, Alarms>();

  constructor(
    private readonly name: string,
    private readonly args: AlarmsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("iot:parts:Alarms", name, {}, opts);
    const parent = { parent: this };
    this.quarantineThreshold = args.quarantineThreshold ?? 0;
    const { region } = args;
    this.region = region;
    const anyAlarm = arn.alarm(`${placedName("alarm", "", region)}*`, region);

    const topic = new EncryptedTopic(
      `${name}-topic`,
      { region, admits: [{ service: "cloudwatch.amazonaws.com", sourceArn: anyAlarm }] },
      parent,
    );
    this.topicArn = topic.arn;
    if (args.emails.length === 0) this.ownUnconfirmed = pulumi.output([]);
    else {
      const undelivered = new DeadLetterQueue(
        `${name}-undelivered`,
        { admits: [{ service: "sns.amazonaws.com", sourceArn: topic.arn }], alarms: this },
        parent,
      );
      this.ownUnconfirmed = subscribeAll(
        name,
        { topic, subscribers: byMail(args.emails), failures: undelivered, alarms: this },
        parent,
      );
    }
    this.registerOutputs({ topicArn: this.topicArn });
  }

  /** Subscriptions that wait for their confirmation, by their logical names, in all Regions. */
  get unconfirmed(): pulumi.Output<string[]> {
    const others = [...this.elsewhere.values()].map(({ unconfirmed }) => unconfirmed);
    return pulumi.all([this.ownUnconfirmed, ...others]).apply((names) => names.flat());
  }

  inRegion(region: string, name: string, opts?: pulumi.ComponentResourceOptions): Alarms {
    if (otherRegion(region) === this.region) return this;
    const known = this.elsewhere.get(region);
    if (known) return known;
    const made = new Alarms(name, { ...this.args, region }, opts);
    this.elsewhere.set(region, made);
    return made;
  }

  share(alarm: SharedAlarm, metric: Metric): void {
    this.shared.add(alarm, metric);
  }

  /** Creates the shared alarms. Call it after everything else: metrics that come later have no alarm. */
  complete(): void {
    this.shared.create(this.name, this, { parent: this });
    for (const alarms of this.elsewhere.values()) alarms.complete();
  }
}
