import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { createHandler, readSettings } from "../functions/iot-to-sns";
import type { Limits } from "../functions/shared/gate/decision";
import { publishToTopic } from "./parts/actions/publish-to-topic";
import { sendToQueue } from "./parts/actions/send-to-queue";
import { alarm, type AlarmTarget } from "./parts/alarm";
import { DeadLetterQueue } from "./parts/dead-letter-queue";
import { EncryptedTopic } from "./parts/encrypted-topic";
import { createGate, gateSettings } from "./parts/gate";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { arn, physicalName } from "./parts/names";
import { isEmail, isHttpsUrl, isPhoneNumber } from "./parts/settings/formats";
import { texts } from "./parts/settings/json-kinds";
import { severityCondition } from "./parts/severity";
import { fromTopic } from "./parts/sources/from-topic";
import { byMail, subscribeAll, type Subscriber } from "./parts/subscription";
import { envelopeSql } from "./parts/telemetry-sql";
import { TopicRule } from "./parts/topic-rule";

export interface IotToSnsArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** Recipients of alerts by email; each has to confirm its subscription once. */
  emails: string[];
  /** Recipients of alerts by text message, in E.164: `+4915112345678`. The account must have left the SMS sandbox. */
  phoneNumbers: string[];
  /** Webhooks that receive alerts as JSON; each has to confirm its subscription. */
  endpoints: string[];
  /** Which readings become alerts. @default that of the settings */
  gate?: Limits;
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  alarms: AlarmTarget;
  /** @default 30 */
  logRetentionDays?: number;
}

const defaultGate: Limits = {
  deviceBudget: 4,
  totalBudget: 100,
  quietMinutes: 15,
  repeatMinutes: 240,
};

/**
 * Sends alerts about critical readings. The rule publishes them RAW to one topic, to which other systems may subscribe; the callback
 * formats those that change their device's condition as a text per protocol and publishes it to a second topic, within budgets.
 */
export class IotToSns extends pulumi.ComponentResource {
  readonly outputs;
  readonly unconfirmed;

  constructor(name: string, args: IotToSnsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToSns", name, {}, opts);
    const parent = { parent: this };
    const { alarms, quarantine } = args;
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
    const critical = new EncryptedTopic(
      topicNames[0],
      { publishers: [`${name}-critical-rule`] },
      parent,
    );
    const alerts = new EncryptedTopic(topicNames[1], { publishers: [`${name}-formatter`] }, parent);
    const gate = createGate(`${name}-gate`, { limits: args.gate ?? defaultGate, alarms }, parent);
    const rule = new TopicRule(
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
        description: "Writes an alert that a person can read when a device becomes critical.",
        source: fromTopic(critical, { failures }),
        callbackFactory: () => createHandler(readSettings()),
        environment: {
          ALERTS_TOPIC_ARN: alerts.topic.arn,
          QUARANTINE_QUEUE_URL: quarantine.queue.url,
          ...gate.environment,
        },
        statements: [
          ...alerts.publishStatements(),
          ...gate.statements,
          quarantine.queue.sendStatement("Quarantine"),
        ],
        alarms,
        logRetentionDays: args.logRetentionDays,
      },
      parent,
    );
    this.unconfirmed = subscribeAll(
      name,
      { topic: alerts, subscribers: people, failures, alarms },
      parent,
    );
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
    this.outputs = {
      ruleName: rule.name,
      criticalTopicArn: critical.arn,
      alertsTopicArn: alerts.arn,
      gateTable: gate.table.name,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
    };
    this.registerOutputs(this.outputs);
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

export const iotToSns = define({
  stem: "iot-to-sns",
  summary: "Sends alerts about critical readings by email, text message and webhook.",
  settings: {
    emails: texts({
      ...{ each: "an email address", fits: isEmail, default: [] },
      description: "Recipients of alerts by email. Each has to confirm its subscription once.",
    }),
    phoneNumbers: texts({
      each: "a phone number in E.164, such as +4915112345678",
      ...{ fits: isPhoneNumber, default: [] },
      description: "Recipients of alerts by text message.",
    }),
    endpoints: texts({
      ...{ each: "an https URL", fits: isHttpsUrl, default: [] },
      description: "Webhooks that receive alerts as JSON.",
    }),
    ...gateSettings("alerts", defaultGate),
  },
  needs: {},
  create: (name, stack, { emails, phoneNumbers, endpoints, ...gate }) =>
    new IotToSns(name, {
      ...stack,
      quarantine: stack.quarantine(),
      ...{ emails, phoneNumbers, endpoints, gate },
    }),
});
