import * as pulumi from "@pulumi/pulumi";
import {
  createHandler as createShaper,
  readSettings as readShaperSettings,
  type ReadingDetail,
} from "../functions/iot-to-eventbridge/event-shaper";
import {
  createHandler as createIncidentHandler,
  readSettings as readIncidentSettings,
} from "../functions/iot-to-eventbridge/incident-handler";
import type { AlarmTarget } from "./parts/alarm";
import type { DeadLetterQueue } from "./parts/dead-letter-queue";
import { EventBus } from "./parts/event-bus";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { arn, physicalName } from "./parts/names";
import { Pipe } from "./parts/pipe";
import { allow } from "./parts/policy-document";
import { wholeNumber } from "./parts/settings/json-kinds";
import { severityPattern } from "./parts/severity";
import { fromBus } from "./parts/sources/from-bus";
import { fromCaller } from "./parts/sources/from-caller";
import { Table } from "./parts/table";
import { queueTelemetry } from "./parts/telemetry-queue";

export interface IotToEventbridgeArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  alarms: AlarmTarget;
  /** @default that of the setting */
  archiveDays?: number;
  /** Refuses to delete the table of incidents with the stack. @default true */
  deletionProtection?: boolean;
  /** @default 30 */
  logRetentionDays?: number;
}

const settings = {
  archiveDays: wholeNumber({
    ...{ from: 1, to: 365, default: 7 },
    description: "Days that events can be replayed from the archive.",
  }),
};

/**
 * Publishes every valid reading as an event on a custom bus, to which other systems may subscribe, and keeps one open incident per
 * device. AWS IoT has no rule action for EventBridge: a queue and a pipe lead there.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-actions.html
 */
export class IotToEventbridge extends pulumi.ComponentResource {
  readonly outputs;

  constructor(name: string, args: IotToEventbridgeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToEventbridge", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, quarantine, alarms, logRetentionDays } = args;
    const ruleName = physicalName("event rule", `${name}-incidents`);

    const telemetry = queueTelemetry(
      name,
      {
        topicPrefix,
        description: "Queues every telemetry message, as it was sent, on its way to the event bus.",
        admits: [
          {
            service: "events.amazonaws.com",
            sourceArn: arn.eventRule(ruleName, physicalName("event bus", `${name}-bus`)),
          },
        ],
        alarms,
      },
      parent,
    );
    const { queue, failures } = telemetry;
    const bus = new EventBus(
      `${name}-bus`,
      {
        source: `${pulumi.getProject()}.telemetry`,
        detailType: "Device Reading",
        archiveDays: args.archiveDays ?? settings.archiveDays.default,
      },
      parent,
    );
    const incidents = new Table(
      `${name}-incidents`,
      { partitionKey: "deviceId", deletionProtection: args.deletionProtection, alarms },
      parent,
    );
    const shaper = new LambdaConsumer(
      `${name}-shaper`,
      {
        description: "Makes the details of events of valid messages, and quarantines the others.",
        source: fromCaller(),
        callbackFactory: () => createShaper(readShaperSettings()),
        environment: { QUARANTINE_QUEUE_URL: quarantine.queue.url },
        statements: [quarantine.queue.sendStatement("Quarantine")],
        alarms,
        logRetentionDays,
      },
      parent,
    );
    new Pipe(
      `${name}-pipe`,
      {
        description: "Puts an event on the bus for every valid message of the queue.",
        source: queue,
        enrichment: shaper,
        target: bus,
        alarms,
        logRetentionDays,
      },
      parent,
    );
    new LambdaConsumer(
      `${name}-incident-handler`,
      {
        description:
          "Keeps one open incident per device, from its first critical to its next good reading.",
        source: fromBus<ReadingDetail>(bus, {
          ruleName,
          description: "Readings that open or close an incident.",
          detail: severityPattern({ integration: name, levels: ["critical", "good"] }),
          failures,
        }),
        callbackFactory: () => createIncidentHandler(readIncidentSettings()),
        environment: { INCIDENTS_TABLE_NAME: incidents.resource.name },
        statements: [allow("FollowIncidents", "dynamodb:UpdateItem", incidents.arn)],
        alarms,
        logRetentionDays,
      },
      parent,
    );
    this.outputs = {
      busName: bus.name,
      archiveName: bus.archiveName,
      incidentsTable: incidents.name,
      ruleName: telemetry.ruleName,
      queueUrl: queue.url,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
    };
    this.registerOutputs(this.outputs);
  }
}

export const iotToEventbridge = define({
  stem: "iot-to-eventbridge",
  summary:
    "Publishes every valid reading as an event on a custom event bus and keeps one open incident per device.",
  settings,
  needs: {},
  create: (name, stack, values) =>
    new IotToEventbridge(name, { ...stack, ...values, quarantine: stack.quarantine() }),
});
