import * as pulumi from "@pulumi/pulumi";
import * as processTelemetry from "../functions/iot-to-step-functions/process-telemetry";
import * as sendAlert from "../functions/iot-to-step-functions/send-alert";
import * as starter from "../functions/iot-to-step-functions/starter";
import * as storeData from "../functions/iot-to-step-functions/store-data";
import type { Limits as GateLimits } from "../functions/shared/gate/decision";
import { limitedBounds, limitsProblem, limitsWith, type Limits } from "../reading/limits";
import { readingKeyName } from "../reading/reading-key";
import type { AlarmTarget } from "./parts/alarm";
import { DeadLetterQueue } from "./parts/dead-letter-queue";
import { EncryptedTopic } from "./parts/encrypted-topic";
import { failedExecutionsRule, setAsideFailedExecutions } from "./parts/failed-executions";
import { createGate, gateSettings } from "./parts/gate";
import { define } from "./parts/integration";
import { defaultTimeoutSeconds, LambdaConsumer } from "./parts/lambda-consumer";
import { arn, physicalName } from "./parts/names";
import { allow } from "./parts/policy-document";
import { isEmail } from "./parts/settings/formats";
import { numbersByField, texts, wholeNumber } from "./parts/settings/json-kinds";
import { text } from "./parts/settings/text-kinds";
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
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  /** Recipients of anomalies by email; each has to confirm its subscription once. */
  emails: string[];
  /** Limits that replace those of reading/fields.ts, by field; a value beyond one is an anomaly. @default none */
  limits?: Limits;
  /** Which readings start an execution. @default that of the settings */
  gate?: GateLimits;
  /** @default that of the setting */
  keepDays?: number;
  /** Refuses to delete the table with the stack. @default true */
  deletionProtection?: boolean;
  alarms: AlarmTarget;
  /** @default 30 */
  logRetentionDays?: number;
}

/**
 * Throttled starts are quota, not failures of the message: few concurrent starters stay below the smallest default quota of
 * StartExecution (800, then 150 per second), and a message waits for an hour of throttling before it moves to the failures queue.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const [starters, maxReceiveCount] = [2, 20];
const defaultGate: GateLimits = {
  deviceBudget: 12,
  totalBudget: 1000,
  quietMinutes: 15,
  repeatMinutes: 60,
};

const settings = {
  emails: texts({
    ...{ each: "an email address", fits: isEmail, default: [] },
    description: "Recipients of anomalies by email. Each has to confirm its subscription once.",
  }),
  limits: numbersByField({
    fields: limitedBounds(),
    default: limitsWith(),
    description: "By field, the number beyond which a reading is an anomaly.",
  }),
  workflowType: text({
    default: "STANDARD",
    // https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
    type: "STANDARD, since an Express execution that times out keeps its input nowhere",
    fits: (type) => type === "STANDARD",
    description: "Type of the workflow.",
  }),
  keepDays: wholeNumber({
    ...{ from: 1, to: 3650, default: 30 },
    description: "Days that a processed reading stays in the table.",
  }),
  ...gateSettings("executions", defaultGate),
};

/**
 * Runs a workflow when a device becomes warning or critical, within budgets: detects anomalies, sends an alert about them and stores the
 * reading. A queue and a callback start the executions, since AWS IoT's own action can neither validate a reading nor keep a duplicate
 * from running twice.
 */
export class IotToStepFunctions extends pulumi.ComponentResource {
  readonly outputs;
  readonly unconfirmed;

  constructor(name: string, args: IotToStepFunctionsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToStepFunctions", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, quarantine, alarms, logRetentionDays } = args;
    const { keepDays = settings.keepDays.default } = args;
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

    const { queue, failures, ruleName } = queueTelemetry(
      name,
      {
        topicPrefix,
        where: severityCondition({ integration: name, levels: ["critical", "warning"] }),
        description: "Queues messages of devices that are not well, as they were sent.",
        timeoutSeconds,
        maxReceiveCount,
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
        sortKey: { name: readingKeyName, type: "S" },
        expiry: "expiresAt",
        deletionProtection: args.deletionProtection,
        alarms,
      },
      parent,
    );
    const alerts = new EncryptedTopic(
      `${name}-alerts`,
      { publishers: [`${name}-send-alert`] },
      parent,
    );
    this.unconfirmed = subscribeAll(
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
        description: "Sends an alert about the anomalies of a reading.",
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
        comment:
          "Detects anomalies in a reading, sends an alert about them, and stores the reading.",
        startAt: "ProcessTelemetry",
        timeoutSeconds: 900,
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
    const gate = createGate(`${name}-gate`, { limits: args.gate ?? defaultGate, alarms }, parent);
    new LambdaConsumer(
      `${name}-starter`,
      {
        ...shared,
        description:
          "Starts an execution, named after the reading, when the condition of a device has changed.",
        source: fromQueue(queue, { maximumConcurrency: starters }),
        callbackFactory: () => starter.createHandler(starter.readSettings()),
        environment: {
          STATE_MACHINE_ARN: machine.resource.arn,
          QUARANTINE_QUEUE_URL: quarantine.queue.url,
          LIMITS: JSON.stringify(limitsWith(args.limits)),
          ...gate.environment,
        },
        statements: [
          allow("StartExecution", "states:StartExecution", machine.arn),
          ...gate.statements,
          quarantine.queue.sendStatement("Quarantine"),
        ],
      },
      parent,
    );
    this.outputs = {
      stateMachineArn: machine.arn,
      processedTable: processed.name,
      alertsTopicArn: alerts.arn,
      ruleName,
      gateTable: gate.table.name,
      queueUrl: queue.url,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
    };
    this.registerOutputs(this.outputs);
  }
}

export const iotToStepFunctions = define({
  stem: "iot-to-step-functions",
  summary: "Runs a workflow when the status of a device becomes warning or critical.",
  settings,
  needs: {},
  create: (name, stack, { deviceBudget, totalBudget, quietMinutes, repeatMinutes, ...values }) =>
    new IotToStepFunctions(name, {
      ...stack,
      ...values,
      quarantine: stack.quarantine(),
      gate: { deviceBudget, totalBudget, quietMinutes, repeatMinutes },
    }),
});
