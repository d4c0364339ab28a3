import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, physicalName, type Arn } from "./names";
import { policyDocument } from "./policy-document";

export interface EventBusArgs {
  /** Who the events on this bus are from: `<project>.<something>`; `aws.` is AWS's own. */
  source: string;
  /** What kind of events they are. */
  detailType: string;
  /** How long events can be replayed, in days. @default 7 */
  archiveDays?: number;
}

/**
 * A custom bus for one kind of event, with an archive of all of them. Customers cannot send as `aws.iot`, nor does AWS IoT send
 * telemetry to the default bus, so the events have a source of their own, and the bus takes no other.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
 */
export class EventBus extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly source: string;
  readonly detailType: string;
  readonly archiveName: string;
  readonly resource: aws.cloudwatch.EventBus;

  constructor(name: string, args: EventBusArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:EventBus", name, {}, opts);
    const parent = { parent: this };
    this.name = physicalName("event bus", name);
    this.arn = arn.eventBus(this.name);
    this.source = args.source;
    this.detailType = args.detailType;
    this.archiveName = physicalName("archive", name);

    this.resource = new aws.cloudwatch.EventBus(
      name,
      { name: this.name, description: `${args.detailType} events of ${args.source}.` },
      parent,
    );
    new aws.cloudwatch.EventBusPolicy(
      `${name}-policy`,
      {
        eventBusName: this.resource.name,
        policy: policyDocument([
          {
            Sid: "DenyForeignSources",
            Effect: "Deny",
            Principal: "*",
            Action: "events:PutEvents",
            Resource: this.arn,
            Condition: { StringNotEquals: { "events:source": args.source } },
          },
        ]),
      },
      parent,
    );
    new aws.cloudwatch.EventArchive(
      `${name}-archive`,
      {
        name: this.archiveName,
        description: `Every event of ${this.name}, for a replay.`,
        eventSourceArn: this.arn,
        retentionDays: args.archiveDays ?? 7,
      },
      { ...parent, dependsOn: this.resource },
    );
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}
