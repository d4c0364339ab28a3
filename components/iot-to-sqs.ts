import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHandler, readSettings } from "../functions/iot-to-sqs";
import { sendToQueue } from "./actions/send-to-queue";
import type { AlarmTarget } from "./parts/alarm";
import { watchBacklog } from "./parts/backlog";
import { DeadLetterQueue } from "./parts/dead-letter-queue";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { arn, physicalName } from "./parts/names";
import { allow } from "./parts/policy-document";
import { Queue } from "./parts/queue";
import { fromQueue } from "./parts/sources/from-queue";
import { envelopeSql } from "./parts/telemetry-sql";
import { TopicRule } from "./parts/topic-rule";

export interface IotToSqsArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  alarms: AlarmTarget;
  /** Deliveries to the worker before a message is set aside. @default 5 */
  maxReceiveCount?: number;
  /** @default 30 */
  logRetentionDays?: number;
}

/** Buffers messages so that a worker drains them at its own pace and tells each device what arrived. Order is not kept. */
export class IotToSqs extends pulumi.ComponentResource {
  readonly queueUrl: pulumi.Output<string>;
  readonly failuresUrl: pulumi.Output<string>;
  readonly quarantineUrl: pulumi.Output<string>;

  constructor(name: string, args: IotToSqsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToSqs", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, alarms, maxReceiveCount = 5 } = args;
    const timeoutSeconds = 30;

    const failures = new DeadLetterQueue(
      `${name}-failures`,
      { alarms, deadLetterQueueOf: [arn.queue(physicalName("queue", `${name}-queue`))] },
      parent,
    );
    const quarantine = new DeadLetterQueue(
      `${name}-quarantine`,
      { alarms, purpose: "quarantine" },
      parent,
    );
    const queue = new Queue(
      `${name}-queue`,
      {
        purpose: "work",
        // Six times the worker's timeout, as Lambda asks, so that no message comes twice while it is being worked on.
        visibilityTimeoutSeconds: 6 * timeoutSeconds,
        redriveTo: { failures, maxReceiveCount },
      },
      parent,
    );
    new TopicRule(
      `${name}-rule`,
      {
        description: "Queues every telemetry message, as it was sent.",
        sql: envelopeSql(topicPrefix),
        actions: [sendToQueue(queue)],
        errorAction: sendToQueue(failures.queue),
        alarms,
      },
      parent,
    );
    new LambdaConsumer(
      `${name}-worker`,
      {
        description: "Works off the queue and acknowledges to each device.",
        source: fromQueue(queue),
        callbackFactory: () => createHandler(readSettings()),
        timeoutSeconds,
        environment: {
          ACK_TOPIC_PREFIX: topicPrefix,
          QUARANTINE_QUEUE_URL: quarantine.queue.url,
          AWS_ENDPOINT_URL_IOT_DATA_PLANE: dataPlaneUrl(),
        },
        statements: [
          allow("Acknowledge", "iot:Publish", arn.mqttTopic(`${topicPrefix}/*/acks`)),
          quarantine.queue.sendStatement("Quarantine"),
        ],
        alarms,
        logRetentionDays: args.logRetentionDays,
      },
      parent,
    );
    watchBacklog(name, { queue, alarms }, parent);
    this.queueUrl = queue.url;
    this.failuresUrl = failures.queue.url;
    this.quarantineUrl = quarantine.queue.url;
    this.registerOutputs({
      queueUrl: this.queueUrl,
      failuresUrl: this.failuresUrl,
      quarantineUrl: this.quarantineUrl,
    });
  }
}

/** The account's own endpoint for messages; the SDK takes it from the environment. */
const dataPlaneUrl = (): pulumi.Output<string> =>
  aws.iot
    .getEndpointOutput({ endpointType: "iot:Data-ATS" })
    .apply(({ endpointAddress }) => `https://${endpointAddress}`);
