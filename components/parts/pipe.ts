import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmOnMetrics, sumOf, type AlarmTarget } from "./alarm";
import type { EventBus } from "./event-bus";
import { logGroup, logGroupName, type LogArgs } from "./log-group";
import { arn, physicalName, type Arn } from "./names";
import { allow } from "./policy-document";
import type { Queue } from "./queue";
import { Role } from "./role";
import { roleArrival } from "./role-arrival";
import { consumeStatement } from "./sources/from-queue";

export interface PipeArgs extends LogArgs {
  /** What the pipe does, in one sentence; the console shows it. */
  description: string;
  /** The queue that the pipe reads. Messages that it cannot deliver stay there and take the failure path of the queue. */
  source: Queue;
  /** Turns a batch of messages into the details of events. A message for which it returns nothing is not delivered. */
  enrichment: { arn: Arn; resource: aws.lambda.Function };
  target: EventBus;
  alarms: AlarmTarget;
}

/**
 * The most entries of a PutEvents call.
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
const batchSize = 10;

/**
 * Moves messages from a queue through a function to an event bus, as events of the bus's source and detail type.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html
 */
export class Pipe extends pulumi.ComponentResource {
  readonly name: string;

  constructor(name: string, args: PipeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Pipe", name, {}, opts);
    const parent = { parent: this };
    const { source, enrichment, target } = args;
    this.name = physicalName("pipe", name);

    const logs = logGroup(
      `${name}-logs`,
      { name: logGroupName.pipe(this.name), logRetentionDays: args.logRetentionDays },
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
          cloudwatchLogsLogDestination: { logGroupArn: logs.arn },
        },
      },
      {
        ...parent,
        // EventBridge checks role, source and target after it accepted the pipe, and the provider does not try again.
        hooks: roleArrival(name),
        dependsOn: [
          role.permissions,
          logs.resource,
          source.resource,
          enrichment.resource,
          target.resource,
        ],
      },
    );
    alarmOnMetrics(
      name,
      {
        alarms: args.alarms,
        watch: sumOf("AWS/EventBridge/Pipes", { PipeName: this.name }),
        descriptions: pipeFailures(this.name, logs.name),
      },
      parent,
    );
    this.registerOutputs({ name: this.name });
  }
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-monitoring.html */
const pipeFailures = (pipe: string, logs: string): Record<string, string> => ({
  ExecutionFailed: `ExecutionFailed of pipe ${pipe}: the pipe failed to process whole batches, and their messages return to the queue. Read log group ${logs} for the cause.`,
  ExecutionPartiallyFailed: `ExecutionPartiallyFailed of pipe ${pipe}: the pipe failed to process parts of batches, and these messages return to the queue. Read log group ${logs} for the cause.`,
  EnrichmentStageFailed: `EnrichmentStageFailed of pipe ${pipe}: the enrichment function failed or could not be invoked. Read log group ${logs}, then the function's own.`,
  TargetStageFailed: `TargetStageFailed of pipe ${pipe}: the pipe could not put events on its bus. Read log group ${logs}, and check the role of the pipe and the policy of the bus.`,
});
