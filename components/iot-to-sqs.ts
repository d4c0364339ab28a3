import * as pulumi from "@pulumi/pulumi";
import { createHandler, readSettings } from "../functions/iot-to-sqs";
import type { AlarmTarget } from "./parts/alarm";
import { dataEndpoint, dataPlane } from "./parts/data-plane";
import type { DeadLetterQueue } from "./parts/dead-letter-queue";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { arn } from "./parts/names";
import { allow } from "./parts/policy-document";
import { wholeNumber } from "./parts/settings/json-kinds";
import { fromQueue } from "./parts/sources/from-queue";
import { queueTelemetry } from "./parts/telemetry-queue";

export interface IotToSqsArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  alarms: AlarmTarget;
  /** @default that of the setting */
  maxReceiveCount?: number;
  /** @default 30 */
  logRetentionDays?: number;
}

const settings = {
  maxReceiveCount: wholeNumber({
    ...{ from: 3, to: 1000, default: 5 },
    description: "Deliveries to the worker before a message moves to the failures queue.",
  }),
};

/** Queues messages for a worker that drains the queue at its own pace and acknowledges each to its device. Order is not kept. */
export class IotToSqs extends pulumi.ComponentResource {
  readonly outputs;

  constructor(name: string, args: IotToSqsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToSqs", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, quarantine, alarms } = args;

    const { queue, failures, ruleName } = queueTelemetry(
      name,
      {
        topicPrefix,
        description: "Queues every telemetry message, as it was sent.",
        maxReceiveCount: args.maxReceiveCount ?? settings.maxReceiveCount.default,
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
          ...dataPlane(),
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
    this.outputs = {
      ruleName,
      mqttUrl: dataEndpoint().apply((endpoint) => `wss://${endpoint}/mqtt`),
      queueUrl: queue.url,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
    };
    this.registerOutputs(this.outputs);
  }
}

export const iotToSqs = define({
  stem: "iot-to-sqs",
  summary: "Queues every message for a worker, which acknowledges it to its device.",
  settings,
  needs: {},
  create: (name, stack, values) =>
    new IotToSqs(name, { ...stack, ...values, quarantine: stack.quarantine() }),
});
