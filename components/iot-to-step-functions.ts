import * as pulumi from "@pulumi/pulumi";
import * as processTelemetry from "../functions/iot-to-step-functions/process-telemetry";
import * as sendAlert from "../functions/iot-to-step-functions/send-alert";
import * as starter from "../functions/iot-to-step-functions/starter";
import * as storeData from "../functions/iot-to-step-functions/store-data";
import { limitsProblem, limitsWith, type Limits } from "../reading/limits";
import type { AlarmTarget } from "./parts/alarm";
import { DeadLetterQueue } from "./parts/dead-letter-queue";
import { EncryptedTopic } from "./parts/encrypted-topic";
import { failedExecutionsRule, setAsideFailedExecutions } from "./parts/failed-executions";
import { defaultTimeoutSeconds, LambdaConsumer } from "./parts/lambda-consumer";
import { arn, physicalName } from "./parts/names";
import { allow } from "./parts/policy-document";
import { severityCondition } from "./parts/severity";
import { fromCaller } from "./parts/sources/from-caller";
import { fromQueue } from "./parts/sources/from-queue";
import { StateMachine } from "./parts/state-machine";
import { byMail, subscribeAll } from "./parts/subscription";
import { Table } from "./parts/table";
import { queueTelemetry } from "./parts/telemetry-queue";
import { invoke, setAside } from "./parts/workflow";

export interface IotToStepFunctionsArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** Who reads of anomalies as mail; each has to confirm once. */
  emails: string[];
  /** Limits that replace those of reading/fields.ts, by field; a value beyond one is an anomaly. @default none */
  limits?: Limits;
  /** @default "STANDARD" */
  workflowType?: "STANDARD" | "EXPRESS";
  /** How long a processed reading is kept, in days. @default 30 */
  keepDays?: number;
  /** Refuses to delete the table with the stack. @default true */
  deletionProtection?: boolean;
  alarms: AlarmTarget;
  /** @default 30 */
  logRetentionDays?: number;
}

/**
 * Runs a workflow for every reading that is not well: looks for anomalies, tells people of them, keeps the reading. A queue and a
 * callback start the executions, since AWS IoT's own action can neither validate nor keep a duplicate from running twice.
 */
export class IotToStepFunctions extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;
  readonly processedTable: string;
  readonly alertsTopicArn: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  readonly failuresUrl: pulumi.Output<string>;
  readonly quarantineUrl: pulumi.Output<string>;

  constructor(name: string, args: IotToStepFunctionsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToStepFunctions", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, alarms, logRetentionDays, keepDays = 30 } = args;
    const problem = limitsProblem(args.limits ?? {});
    if (problem !== undefined) throw new pulumi.RunError(`${name}: limits ${problem}.`);
    const timeoutSeconds = defaultTimeoutSeconds;
    const failedExecutions = `${name}-failed-executions`;
    const eventRule = {
      service: "events.amazonaws.com",
      sourceArn: arn.eventRule(failedExecutionsRule(failedExecutions)),
    } as const;
    const alertsTopic = {
      service: "sns.amazonaws.com",
      sourceArn: arn.topic(physicalName("topic", `${name}-alerts`)),
    } as const;

    const { queue, failures, quarantine } = queueTelemetry(
      name,
      {
        topicPrefix,
        where: severityCondition({ integration: name, levels: ["critical", "warning"] }),
        description: "Queues messages of devices that are not well, as they were sent.",
        timeoutSeconds,
        // A topic without subscribers has nothing to set aside.
        admits: args.emails.length > 0 ? [eventRule, alertsTopic] : [eventRule],
        alarms,
      },
      parent,
    );
    const undelivered = new DeadLetterQueue(
      `${name}-undelivered`,
      { alarms, admits: [eventRule] },
      parent,
    );
    const processed = new Table(
      `${name}-processed`,
      {
        partitionKey: "deviceId",
        sortKey: "timestamp",
        expiry: "expiresAt",
        deletionProtection: args.deletionProtection,
        alarms,
      },
      parent,
    );
    const alerts = new EncryptedTopic(`${name}-alerts`, {}, parent);
    subscribeAll(
      name,
      { topic: alerts, subscribers: byMail(args.emails), failures, alarms },
      parent,
    );
    const shared = { alarms, logRetentionDays, timeoutSeconds };
    const analyst = new LambdaConsumer(
      `${name}-process-telemetry`,
      {
        ...shared,
        description: "Describes what is unusual about a reading.",
        source: fromCaller(),
        callbackFactory: () => processTelemetry.createHandler(processTelemetry.readSettings()),
        environment: { LIMITS: JSON.stringify(limitsWith(args.limits)) },
        statements: [],
      },
      parent,
    );
    const alerter = new LambdaConsumer(
      `${name}-send-alert`,
      {
        ...shared,
        description: "Tells people of the anomalies of a reading.",
        source: fromCaller(),
        callbackFactory: () => sendAlert.createHandler(sendAlert.readSettings()),
        environment: { ALERTS_TOPIC_ARN: alerts.topic.arn },
        statements: alerts.publishStatements(),
      },
      parent,
    );
    const keeper = new LambdaConsumer(
      `${name}-store-data`,
      {
        ...shared,
        description: "Keeps a reading with what was found about it.",
        source: fromCaller(),
        callbackFactory: () => storeData.createHandler(storeData.readSettings()),
        environment: {
          PROCESSED_TABLE_NAME: processed.resource.name,
          KEEP_DAYS: String(keepDays),
        },
        statements: [allow("StoreProcessed", "dynamodb:PutItem", processed.arn)],
      },
      parent,
    );
    const tasks = [analyst, alerter, keeper];
    const machine = new StateMachine(
      `${name}-workflow`,
      {
        comment: "Looks for anomalies in a reading, tells people of them and keeps the reading.",
        startAt: "ProcessTelemetry",
        timeoutSeconds: 900,
        type: args.workflowType,
        states: {
          ProcessTelemetry: invoke({
            functionArn: analyst.arn,
            timeoutSeconds,
            keep: { anomalies: "anomalies", hasAnomalies: "hasAnomalies" },
            resultPath: "$.analysis",
            next: "CheckAnomalies",
          }),
          CheckAnomalies: {
            Type: "Choice",
            Choices: [
              {
                And: [
                  { Variable: "$.analysis.hasAnomalies", IsPresent: true },
                  { Variable: "$.analysis.hasAnomalies", BooleanEquals: true },
                ],
                Next: "SendAlert",
              },
            ],
            Default: "StoreData",
          },
          SendAlert: invoke({
            functionArn: alerter.arn,
            timeoutSeconds,
            keep: { messageId: "messageId" },
            resultPath: "$.alert",
            next: "StoreData",
          }),
          StoreData: invoke({
            functionArn: keeper.arn,
            timeoutSeconds,
            keep: { stored: "stored" },
            resultPath: "$.result",
          }),
          ...setAside(failures.queue.knownUrl),
        },
        statements: [
          allow(
            "InvokeTasks",
            "lambda:InvokeFunction",
            tasks.map((task) => task.arn),
          ),
          failures.queue.sendStatement("SetAside"),
        ],
        dependsOn: [...tasks.map((task) => task.resource), failures.queue.resource],
        alarms,
        logRetentionDays,
      },
      parent,
    );
    setAsideFailedExecutions(failedExecutions, { machine, failures, undelivered, alarms }, parent);
    new LambdaConsumer(
      `${name}-starter`,
      {
        ...shared,
        description: "Starts one execution per reading, named after it.",
        source: fromQueue(queue),
        callbackFactory: () => starter.createHandler(starter.readSettings()),
        environment: {
          STATE_MACHINE_ARN: machine.resource.arn,
          QUARANTINE_QUEUE_URL: quarantine.queue.url,
        },
        statements: [
          allow("StartExecution", "states:StartExecution", machine.arn),
          quarantine.queue.sendStatement("Quarantine"),
        ],
      },
      parent,
    );
    this.stateMachineArn = machine.arn;
    this.processedTable = processed.name;
    this.alertsTopicArn = alerts.arn;
    this.queueUrl = queue.url;
    this.failuresUrl = failures.queue.url;
    this.quarantineUrl = quarantine.queue.url;
    this.registerOutputs({
      stateMachineArn: this.stateMachineArn,
      processedTable: this.processedTable,
      alertsTopicArn: this.alertsTopicArn,
      queueUrl: this.queueUrl,
      failuresUrl: this.failuresUrl,
      quarantineUrl: this.quarantineUrl,
    });
  }
}
