import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { createHandler, readSettings } from "../functions/iot-to-sns";
import { publishToTopic } from "./parts/actions/publish-to-topic";
import { sendToQueue } from "./parts/actions/send-to-queue";
import { alarm, type AlarmTarget } from "./parts/alarm";
import { DeadLetterQueue } from "./parts/dead-letter-queue";
import { EncryptedTopic } from "./parts/encrypted-topic";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { arn, physicalName } from "./parts/names";
import { allow } from "./parts/policy-document";
import { severityCondition } from "./parts/severity";
import { fromTopic } from "./parts/sources/from-topic";
import { byMail, subscribeAll, type Subscriber } from "./parts/subscription";
import { Table } from "./parts/table";
import { envelopeSql } from "./parts/telemetry-sql";
import { TopicRule } from "./parts/topic-rule";

export interface IotToSnsArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** Who reads alerts as mail; each has to confirm once. */
  emails: string[];
  /** Who reads alerts as text messages, in E.164: `+4915112345678`. The account must have left the SMS sandbox. */
  phoneNumbers: string[];
  /** Which systems get alerts as JSON; each has to confirm its subscription. */
  endpoints: string[];
  alarms: AlarmTarget;
  /** @default 30 */
  logRetentionDays?: number;
}

/**
 * Tells people of critical readings. The rule publishes them RAW to one topic; the callback writes what a person can read
 * and publishes it to a second one, a text per protocol, once per reading.
 */
export class IotToSns extends pulumi.ComponentResource {
  /** Where other systems may subscribe to critical messages as they were sent. */
  readonly criticalTopicArn: pulumi.Output<string>;
  readonly alertsTopicArn: pulumi.Output<string>;
  readonly failuresUrl: pulumi.Output<string>;
  readonly quarantineUrl: pulumi.Output<string>;

  constructor(name: string, args: IotToSnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToSns", name, {}, opts);
    const parent = { parent: this };
    const { alarms } = args;
    const topicNames = [`${name}-critical`, `${name}-alerts`] as const;
    const people = subscribers(args);

    const failures = new DeadLetterQueue(
      `${name}-failures`,
      {
        alarms,
        // A topic without subscribers has nothing to set aside.
        admits: topicNames.slice(0, people.length > 0 ? 2 : 1).map((topic) => ({
          service: "sns.amazonaws.com",
          sourceArn: arn.topic(physicalName("topic", topic)),
        })),
      },
      parent,
    );
    const quarantine = new DeadLetterQueue(
      `${name}-quarantine`,
      { alarms, purpose: "quarantine" },
      parent,
    );
    const critical = new EncryptedTopic(topicNames[0], {}, parent);
    const alerts = new EncryptedTopic(topicNames[1], {}, parent);
    const sent = new Table(
      `${name}-sent`,
      { partitionKey: "id", expiry: "expiresAt", deletionProtection: false, alarms },
      parent,
    );
    new TopicRule(
      `${name}-critical-rule`,
      {
        description: "Publishes critical messages, as they were sent.",
        sql: envelopeSql(
          args.topicPrefix,
          severityCondition({ integration: name, levels: ["critical"] }),
        ),
        actions: [publishToTopic(critical)],
        errorAction: sendToQueue(failures.queue),
        alarms,
      },
      parent,
    );
    new LambdaConsumer(
      `${name}-formatter`,
      {
        description: "Writes an alert that a person can read, once per critical reading.",
        source: fromTopic(critical, { failures }),
        callbackFactory: () => createHandler(readSettings()),
        environment: {
          ALERTS_TOPIC_ARN: alerts.topic.arn,
          SENT_TABLE_NAME: sent.resource.name,
          QUARANTINE_QUEUE_URL: quarantine.queue.url,
        },
        statements: [
          ...alerts.publishStatements(),
          allow("RememberSent", ["dynamodb:GetItem", "dynamodb:PutItem"], sent.arn),
          quarantine.queue.sendStatement("Quarantine"),
        ],
        alarms,
        logRetentionDays: args.logRetentionDays,
      },
      parent,
    );
    subscribeAll(name, { topic: alerts, subscribers: people, failures, alarms }, parent);
    alarm(
      `${name}-undelivered`,
      {
        alarms,
        description: `Alerts of ${alerts.name} could not be delivered: a subscriber refuses them; they are in ${failures.queue.name}.`,
        watch: {
          namespace: "AWS/SNS",
          name: "NumberOfNotificationsFailed",
          dimensions: { TopicName: alerts.name },
          statistic: "Sum",
        },
      },
      parent,
    );
    this.criticalTopicArn = critical.arn;
    this.alertsTopicArn = alerts.arn;
    this.failuresUrl = failures.queue.url;
    this.quarantineUrl = quarantine.queue.url;
    this.registerOutputs({
      criticalTopicArn: this.criticalTopicArn,
      alertsTopicArn: this.alertsTopicArn,
      failuresUrl: this.failuresUrl,
      quarantineUrl: this.quarantineUrl,
    });
  }
}

/** The URL of a webhook is often all that it takes to call it, so neither the state nor a name holds it in clear. */
function subscribers({ emails, phoneNumbers, endpoints }: IotToSnsArgs): Subscriber[] {
  const urls = endpoints.map((endpoint) => ({
    protocol: "https" as const,
    endpoint: pulumi.secret(endpoint),
    id: createHash("sha256").update(endpoint).digest("hex").slice(0, 8),
  }));
  const numbers = phoneNumbers.map((endpoint) => ({
    protocol: "sms" as const,
    endpoint,
    id: endpoint,
  }));
  return [...byMail(emails), ...numbers, ...urls].map((subscriber) => ({
    ...subscriber,
    id: `${subscriber.protocol}-${subscriber.id}`,
  }));
}
