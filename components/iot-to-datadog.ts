import * as pulumi from "@pulumi/pulumi";
import type { FirehoseTransformationEvent, FirehoseTransformationResult } from "aws-lambda";
import * as logShaper from "../functions/iot-to-datadog/log-shaper";
import { createHandler, readSettings } from "../functions/iot-to-datadog/submitter";
import type { AlarmTarget } from "./parts/alarm";
import type { DeadLetterQueue } from "./parts/dead-letter-queue";
import { batchesOf, deliverLogs } from "./parts/datadog-logs";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { OperatorSecret } from "./parts/operator-secret";
import { flag, wholeNumber } from "./parts/settings/json-kinds";
import { requiredText, text } from "./parts/settings/text-kinds";
import { fromCaller } from "./parts/sources/from-caller";
import { fromQueue } from "./parts/sources/from-queue";
import { queueTelemetry } from "./parts/telemetry-queue";

export interface IotToDatadogArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  alarms: AlarmTarget;
  /** The site of the Datadog organization; a key is valid for its own site only. */
  site: string;
  /** @default that of the setting */
  byDevice?: boolean;
  /** @default that of the setting */
  metricPrefix?: string;
  /** @default that of the setting */
  logs?: boolean;
  /** @default that of the setting */
  logService?: string;
  /** @default that of the setting */
  maxReceiveCount?: number;
  /** @default that of the setting */
  windowSeconds?: number;
  /** @default 30 */
  logRetentionDays?: number;
}

/** @see https://docs.datadoghq.com/getting_started/site/ */
const sites = [
  "datadoghq.com",
  "us3.datadoghq.com",
  "us5.datadoghq.com",
  "datadoghq.eu",
  "ap1.datadoghq.com",
  "ap2.datadoghq.com",
  "uk1.datadoghq.com",
  "ddog-gov.com",
  "us2.ddog-gov.com",
];

const settings = {
  site: requiredText({
    type: `one of ${sites.join(", ")}`,
    fits: (site) => sites.includes(site),
    description: "The site of the Datadog organization, as in the address of its console.",
  }),
  byDevice: flag({
    default: false,
    description:
      "Gives each device metrics of its own, by a tag; Datadog bills each as a custom metric. Without it, metrics are by site.",
  }),
  // https://docs.datadoghq.com/metrics/custom_metrics/#naming-custom-metrics
  metricPrefix: text({
    default: "iot",
    type: "letters, digits, '_' and '.', 1 to 100, beginning with a letter and not ending with '.'",
    fits: (prefix) => /^[A-Za-z](?:[A-Za-z0-9_.]{0,98}[A-Za-z0-9_])?$/.test(prefix),
    description: "The first part of each metric's name.",
  }),
  logs: flag({
    default: false,
    description:
      "Sends each reading as a log too, by a delivery stream; Datadog bills logs by volume and number.",
  }),
  logService: text({
    default: "iot-devices",
    // https://docs.datadoghq.com/getting_started/tagging/unified_service_tagging/
    type: "lowercase letters, digits, '_', '-', '.' and '/', 1 to 100, beginning with a letter",
    fits: (service) => /^[a-z][a-z0-9_./-]{0,99}$/.test(service),
    description: "The service of the logs.",
  }),
  windowSeconds: wholeNumber({
    ...{ from: 1, to: 300, default: 10 },
    description:
      "Seconds that readings are gathered for one call to Datadog, unless there are a thousand sooner.",
  }),
  maxReceiveCount: wholeNumber({
    // Datadog takes points of the last hour: twenty deliveries, three minutes apart.
    ...{ from: 3, to: 1000, default: 20 },
    description:
      "Deliveries to the submitter, three minutes apart, before a message moves to the failures queue.",
  }),
};

/**
 * One call to Datadog carries the points of up to a thousand readings. Two invocations at the same time are the fewest that Lambda allows.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
const batches = { batchSize: 1000, maximumConcurrency: 2 };

/**
 * Submits every valid reading to Datadog as gauges, hundreds of points in a call, and on request as logs by Firehose. The key is in a secret whose value an operator puts
 * there. The function is in no VPC, since Datadog's API is on the internet.
 */
export class IotToDatadog extends pulumi.ComponentResource {
  readonly outputs;

  constructor(name: string, args: IotToDatadogArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToDatadog", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, quarantine, alarms, site } = args;
    const { byDevice = settings.byDevice.default, logs = settings.logs.default } = args;

    const { queue, failures, ruleName } = queueTelemetry(
      name,
      {
        topicPrefix,
        description: "Queues every telemetry message, as it was sent, on its way to Datadog.",
        maxReceiveCount: args.maxReceiveCount ?? settings.maxReceiveCount.default,
        admits: logs ? [batchesOf(name)] : [],
        alarms,
      },
      parent,
    );
    const key = new OperatorSecret(
      `${name}-key`,
      { description: 'An API key of Datadog, as JSON: {"api_key": "..."}.' },
      parent,
    );
    new LambdaConsumer(
      `${name}-submitter`,
      {
        description: "Submits readings to Datadog as gauges.",
        source: fromQueue(queue, {
          ...batches,
          windowSeconds: args.windowSeconds ?? settings.windowSeconds.default,
        }),
        callbackFactory: () => createHandler(readSettings()),
        environment: {
          DATADOG_URL: `https://api.${site}`,
          SECRET_NAME: key.name,
          METRIC_PREFIX: args.metricPrefix ?? settings.metricPrefix.default,
          BY_DEVICE: String(byDevice),
          QUARANTINE_QUEUE_URL: quarantine.queue.url,
          FAILURES_QUEUE_URL: failures.queue.url,
        },
        statements: [
          key.readStatement("ReadKey"),
          quarantine.queue.sendStatement("Quarantine"),
          failures.queue.sendStatement("SetAside"),
        ],
        // A batch of a thousand, its points and their compression.
        memoryMegabytes: 512,
        alarms,
        logRetentionDays: args.logRetentionDays,
      },
      parent,
    );
    const { logService: service = settings.logService.default } = args;
    this.outputs = {
      ...(logs &&
        deliverLogs(
          name,
          {
            ...args,
            failures,
            key,
            service,
            shaper: this.createLogShaper(name, service, args),
          },
          parent,
        )),
      ruleName,
      keySecret: key.resource.name,
      queueUrl: queue.url,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
    };
    this.registerOutputs(this.outputs);
  }

  private createLogShaper(
    name: string,
    service: string,
    { quarantine, alarms, logRetentionDays }: IotToDatadogArgs,
  ): LambdaConsumer<FirehoseTransformationEvent, FirehoseTransformationResult> {
    return new LambdaConsumer(
      `${name}-log-shaper`,
      {
        description: "Makes a log of Datadog of each reading.",
        source: fromCaller(),
        callbackFactory: () => logShaper.createHandler(logShaper.readSettings()),
        environment: { LOG_SERVICE: service, QUARANTINE_QUEUE_URL: quarantine.queue.url },
        statements: [quarantine.queue.sendStatement("Quarantine")],
        alarms,
        // Firehose waits for five minutes at most: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
        timeoutSeconds: 60,
        logRetentionDays,
      },
      { parent: this },
    );
  }
}

export const iotToDatadog = define({
  stem: "iot-to-datadog",
  summary: "Submits every valid reading to Datadog as gauges.",
  settings,
  needs: {},
  create: (name, stack, values) =>
    new IotToDatadog(name, { ...stack, ...values, quarantine: stack.quarantine() }),
});
