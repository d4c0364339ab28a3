import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, physicalName, type Arn } from "./names";
import { policyDocument } from "./policy-document";

/** Days that a bus archives its events if the stack sets nothing else. */
export const defaultArchiveDays = 7;

export interface EventBusArgs {
  /** The source of the events on this bus, `<project>.<something>`. Sources that begin with `aws.` are reserved for AWS. */
  source: string;
  /** The detail type of the events. */
  detailType: string;
  /** Days for which events can be replayed. @default {@link defaultArchiveDays} */
  archiveDays?: number;
}

/**
 * A custom bus for one kind of event, with an archive. Customers cannot send events with the source `aws.iot`, and AWS IoT sends no
 * telemetry to the default bus, so the events have a source of their own, and the bus refuses all others.
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
        description: `All events of ${this.name}, for replays.`,
        eventSourceArn: this.arn,
        retentionDays: args.archiveDays ?? defaultArchiveDays,
      },
      { ...parent, dependsOn: this.resource },
    );
    this.registerOutputs({ name: this.name, arn: this.arn });
  }
}
