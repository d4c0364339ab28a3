import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHandler, readSettings } from "../functions/iot-to-sqs";
import type { AlarmTarget } from "./parts/alarm";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { arn } from "./parts/names";
import { allow } from "./parts/policy-document";
import { fromQueue } from "./parts/sources/from-queue";
import { queueTelemetry } from "./parts/telemetry-queue";

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
    const { topicPrefix, alarms } = args;

    const { queue, failures, quarantine } = queueTelemetry(
      name,
      {
        topicPrefix,
        description: "Queues every telemetry message, as it was sent.",
        maxReceiveCount: args.maxReceiveCount,
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
