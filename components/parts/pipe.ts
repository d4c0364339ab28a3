import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, alarmName, type AlarmTarget } from "./alarm";
import type { EventBus } from "./event-bus";
import { arn, physicalName, type Arn } from "./names";
import { allow } from "./policy-document";
import type { Queue } from "./queue";
import { Role } from "./role";
import { consumeStatement } from "./sources/from-queue";

export interface PipeArgs {
  /** One sentence that the console shows. */
  description: string;
  /** Where messages wait; what the pipe cannot deliver stays there, and takes the queue's failure path. */
  source: Queue;
  /** Makes of a batch of messages the details of the events; what it leaves out goes no further. */
  enrichment: { arn: Arn; resource: aws.lambda.Function };
  target: EventBus;
  alarms: AlarmTarget;
  /** @default 30 */
  logRetentionDays?: number;
}

/** PutEvents takes as many entries in a call. */
const batchSize = 10;

/**
 * Moves messages from a queue through a function to an event bus, in the bus's own source and detail type.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html
 */
export class Pipe extends pulumi.ComponentResource {
  readonly name: string;

  constructor(name: string, args: PipeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Pipe", name, {}, opts);
    const parent = { parent: this };
    const { source, enrichment, target } = args;
    this.name = physicalName("pipe", name);
    // Vended logs under this prefix need no entry in CloudWatch's resource policy, which holds few.
    const logGroupName = `/aws/vendedlogs/pipes/${this.name}`;

    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { name: logGroupName, retentionInDays: args.logRetentionDays ?? 30 },
      parent,
    );
    const role = new Role(
      `${name}-role`,
      {
        service: "pipes.amazonaws.com",
        onBehalfOf: arn.pipe(this.name),
        statements: [
          consumeStatement(source),
          allow("Enrich", "lambda:InvokeFunction", enrichment.arn),
          allow("PutEvents", "events:PutEvents", target.arn, {
            StringEquals: { "events:source": target.source },
          }),
        ],
      },
      parent,
    );
    new aws.pipes.Pipe(
      name,
      {
        name: this.name,
        description: args.description,
        roleArn: role.arn,
        source: source.arn,
        sourceParameters: { sqsQueueParameters: { batchSize } },
        enrichment: enrichment.arn,
        target: target.arn,
        targetParameters: {
          eventbridgeEventBusParameters: { source: target.source, detailType: target.detailType },
        },
        logConfiguration: {
          level: "ERROR",
          cloudwatchLogsLogDestination: { logGroupArn: arn.logGroup(logGroupName) },
        },
      },
      {
        ...parent,
        // A pipe tries its role, its source and its target when it is made.
        dependsOn: [role.permissions, logs, source.resource, enrichment.resource, target.resource],
      },
    );
    for (const [metric, happened] of failures)
      alarm(
        alarmName(name, metric),
        {
          alarms: args.alarms,
          description: `Pipe ${this.name} ${happened}: read its log group ${logGroupName}.`,
          watch: {
            namespace: "AWS/EventBridge/Pipes",
            name: metric,
            dimensions: { PipeName: this.name },
            statistic: "Sum",
          },
        },
        parent,
      );
    this.registerOutputs({ name: this.name });
  }
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html */
const failures = [
  ["ExecutionFailed", "failed at whole batches"],
  ["ExecutionPartiallyFailed", "failed at parts of batches"],
  ["EnrichmentStageFailed", "could not have messages enriched"],
  ["TargetStageFailed", "could not put events on its bus"],
] as const;
