import * as pulumi from "@pulumi/pulumi";
import * as sender from "../functions/iot-to-splunk/sender";
import * as transformer from "../functions/iot-to-splunk/transformer";
import { putToDeliveryStream } from "./parts/actions/put-to-delivery-stream";
import { sendToQueue } from "./parts/actions/send-to-queue";
import type { AlarmTarget } from "./parts/alarm";
import type { DeadLetterQueue } from "./parts/dead-letter-queue";
import { DeliveryStream } from "./parts/delivery/delivery-stream";
import { toSplunk } from "./parts/delivery/to-splunk";
import { setAsideBatches } from "./parts/failures-bucket";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { OperatorSecret } from "./parts/operator-secret";
import { isHttpsUrl } from "./parts/settings/formats";
import { wholeNumber } from "./parts/settings/json-kinds";
import { optionalText, requiredText, text } from "./parts/settings/text-kinds";
import { fromCaller } from "./parts/sources/from-caller";
import { fromQueue } from "./parts/sources/from-queue";
import { queueTelemetry } from "./parts/telemetry-queue";
import { envelopeSql } from "./parts/telemetry-sql";
import { TopicRule } from "./parts/topic-rule";

export interface IotToSplunkArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  alarms: AlarmTarget;
  /** `https://<host>:<port>` of the HTTP Event Collector. */
  hecEndpoint: string;
  /** @default that of the setting */
  delivery?: string;
  /** @default the index of the token */
  index?: string;
  /** @default that of the setting */
  source?: string;
  /** @default that of the setting */
  sourcetype?: string;
  /** @default that of the setting */
  acknowledgmentSeconds?: number;
  /** @default that of the setting */
  retrySeconds?: number;
  /** @default 30 */
  logRetentionDays?: number;
}

const isMetadata = (value: string): boolean => /^[\x21-\x7e]{1,200}$/.test(value);
const metadata = "1 to 200 visible ASCII characters";

const settings = {
  hecEndpoint: requiredText({
    type: "an https URL of a host, with a port but without a path",
    // Not the origin of the URL, which has no port 443.
    fits: (value) => isHttpsUrl(value) && /^https:\/\/[^/?#@\s]+$/.test(value),
    description:
      "The HTTP Event Collector, such as https://http-inputs-firehose-example.splunkcloud.com.",
  }),
  delivery: text({
    default: "firehose",
    type: "firehose, direct or direct-acknowledged",
    fits: (value) => ["firehose", "direct", "direct-acknowledged"].includes(value),
    description:
      "How events are sent: by a delivery stream with acknowledgement, or by a function, without it or, to Splunk Enterprise, with it.",
  }),
  index: optionalText({
    type: "lowercase letters, digits, '_' and '-', 1 to 80, not beginning with '_' or '-'",
    fits: (value) => /^[a-z0-9][a-z0-9_-]{0,79}$/.test(value),
    description: "The index of the events; without it, the index of the token.",
  }),
  source: text({
    ...{ default: "aws-iot-core", type: metadata, fits: isMetadata },
    description: "The source of the events.",
  }),
  sourcetype: text({
    ...{ default: "_json", type: metadata, fits: isMetadata },
    description: "The source type of the events.",
  }),
  // https://docs.aws.amazon.com/firehose/latest/APIReference/API_SplunkDestinationConfiguration.html
  acknowledgmentSeconds: wholeNumber({
    ...{ from: 180, to: 600, default: 300 },
    description:
      "Seconds that the delivery stream waits for an acknowledgement; directly, seconds before an event without one is sent again.",
  }),
  retrySeconds: wholeNumber({
    ...{ from: 0, to: 7200, default: 3600 },
    description:
      "Seconds that the delivery stream sends events again, not counting its waits for acknowledgements.",
  }),
};

/**
 * What the delivery stream gathers for one call of the transformer: with the longest settings, the events of the smallest readings are eight
 * times as large, and Lambda returns 6 MB at most.
 */
export const transformMebibytes = 0.5;

/**
 * Sends every valid reading to Splunk as an event, by Firehose with acknowledgement, or directly by a function. The token is in a secret
 * whose value an operator puts there.
 */
export class IotToSplunk extends pulumi.ComponentResource {
  readonly outputs;

  constructor(name: string, args: IotToSplunkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToSplunk", name, {}, opts);
    const parent = { parent: this };
    const { delivery = settings.delivery.default } = args;

    const token = new OperatorSecret(
      `${name}-token`,
      { description: 'The token of the HTTP Event Collector, as JSON: {"hec_token": "..."}.' },
      parent,
    );
    const outputs =
      delivery === "firehose"
        ? byFirehose(name, args, token, parent)
        : directly(name, args, token, parent);
    this.outputs = { ...outputs, tokenSecret: token.resource.name };
    this.registerOutputs(this.outputs);
  }
}

/** Rule → delivery stream → collector. */
function byFirehose(
  name: string,
  args: IotToSplunkArgs,
  token: OperatorSecret,
  parent: pulumi.CustomResourceOptions,
): Record<string, pulumi.Input<string>> {
  const { topicPrefix, quarantine, alarms, hecEndpoint, logRetentionDays } = args;
  const { failures, failedBatches } = setAsideBatches(name, { alarms }, parent);
  const stream = new DeliveryStream(
    `${name}-stream`,
    {
      destination: toSplunk({
        ...{ endpoint: hecEndpoint, token, failures: failedBatches },
        acknowledgmentSeconds: args.acknowledgmentSeconds ?? settings.acknowledgmentSeconds.default,
        retrySeconds: args.retrySeconds ?? settings.retrySeconds.default,
      }),
      transformer: new LambdaConsumer(
        `${name}-transformer`,
        {
          description: "Makes a Splunk event of each reading.",
          source: fromCaller(),
          callbackFactory: () => transformer.createHandler(transformer.readSettings()),
          environment: { ...eventEnvironment(args), QUARANTINE_QUEUE_URL: quarantine.queue.url },
          statements: [quarantine.queue.sendStatement("Quarantine")],
          alarms,
          // Firehose waits for five minutes at most: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
          timeoutSeconds: 60,
          logRetentionDays,
        },
        parent,
      ),
      transformMebibytes,
      alarms,
      logRetentionDays,
    },
    parent,
  );
  const rule = new TopicRule(
    `${name}-rule`,
    {
      description: "Puts every telemetry message on the delivery stream to Splunk, as it was sent.",
      sql: envelopeSql(topicPrefix),
      actions: [putToDeliveryStream(stream)],
      errorAction: sendToQueue(failures.queue),
      alarms,
    },
    parent,
  );
  return {
    ruleName: rule.name,
    deliveryStreamName: stream.name,
    failedBatchesBucket: failedBatches.name,
    failuresUrl: failures.queue.url,
    quarantineUrl: quarantine.queue.url,
  };
}

/**
 * Three attempts at 10 s each, with pauses, for the requests of a batch. With acknowledgement, a message is delivered once for each question,
 * six timeouts apart: at least twice before a collector forgets a channel, ten minutes after the last request, and for an hour in all.
 * @see https://docs.splunk.com/Documentation/Splunk/latest/Data/AboutHECIDXAck
 */
const direct = { timeoutSeconds: 120, maxReceiveCount: 5 };
const acknowledged = { timeoutSeconds: 40, maxReceiveCount: 15 };

/** Rule → queue → function → collector. */
function directly(
  name: string,
  args: IotToSplunkArgs,
  token: OperatorSecret,
  parent: pulumi.CustomResourceOptions,
): Record<string, pulumi.Input<string>> {
  const { topicPrefix, quarantine, alarms, hecEndpoint, logRetentionDays } = args;
  const { acknowledgmentSeconds = settings.acknowledgmentSeconds.default } = args;
  const isAcknowledged = args.delivery === "direct-acknowledged";
  const { timeoutSeconds, maxReceiveCount } = isAcknowledged ? acknowledged : direct;
  const { queue, failures, ruleName } = queueTelemetry(
    name,
    {
      topicPrefix,
      description: "Queues every telemetry message for Splunk, as it was sent.",
      timeoutSeconds,
      maxReceiveCount,
      alarms,
    },
    parent,
  );
  new LambdaConsumer(
    `${name}-sender`,
    {
      description: "Sends readings to the HTTP Event Collector.",
      source: fromQueue(queue, { batchSize: 100, windowSeconds: 5, maximumConcurrency: 2 }),
      callbackFactory: () => sender.createHandler(sender.readSettings()),
      environment: {
        ...eventEnvironment(args),
        HEC_ENDPOINT: hecEndpoint,
        HEC_SECRET_NAME: token.resource.name,
        QUARANTINE_QUEUE_URL: quarantine.queue.url,
        ...(isAcknowledged && { ACKNOWLEDGMENT_SECONDS: String(acknowledgmentSeconds) }),
      },
      statements: [token.readStatement("ReadToken"), quarantine.queue.sendStatement("Quarantine")],
      alarms,
      timeoutSeconds,
      logRetentionDays,
    },
    parent,
  );
  return {
    ruleName,
    queueUrl: queue.url,
    failuresUrl: failures.queue.url,
    quarantineUrl: quarantine.queue.url,
  };
}

const eventEnvironment = ({
  index,
  source = settings.source.default,
  sourcetype = settings.sourcetype.default,
}: IotToSplunkArgs): Record<string, string> => ({
  HEC_SOURCE: source,
  HEC_SOURCETYPE: sourcetype,
  ...(index !== undefined && { HEC_INDEX: index }),
});

export const iotToSplunk = define({
  stem: "iot-to-splunk",
  summary: "Sends every valid reading to Splunk as an event, with acknowledgement.",
  settings,
  needs: {},
  create: (name, stack, values) =>
    new IotToSplunk(name, { ...stack, ...values, quarantine: stack.quarantine() }),
});
