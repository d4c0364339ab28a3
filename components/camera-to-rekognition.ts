import * as pulumi from "@pulumi/pulumi";
import { boundsIn } from "../functions/camera-to-rekognition/alert-hours";
import { createHandler, readSettings } from "../functions/camera-to-rekognition/analyser";
import type { Limits } from "../functions/shared/gate/decision";
import { alarm, type AlarmTarget } from "./parts/alarm";
import { DeadLetterQueue } from "./parts/dead-letter-queue";
import { DeviceCredentials, ownThing } from "./parts/device-credentials";
import { EncryptedTopic } from "./parts/encrypted-topic";
import { createGate, gateSettings } from "./parts/gate";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { arn, physicalName } from "./parts/names";
import { announceObjects, announcer, emitEvents } from "./parts/object-announcement";
import { allow, allowUnscoped } from "./parts/policy-document";
import { privateBucket } from "./parts/private-bucket";
import { defaultRetentionSeconds, Queue } from "./parts/queue";
import { isEmail } from "./parts/settings/formats";
import { texts, wholeNumber } from "./parts/settings/json-kinds";
import { text } from "./parts/settings/text-kinds";
import { fromQueue } from "./parts/sources/from-queue";
import { byMail, subscribeAll } from "./parts/subscription";
import { Table } from "./parts/table";

export interface CameraToRekognitionArgs {
  /** Receives images that cannot be analysed. */
  quarantine: DeadLetterQueue;
  alarms: AlarmTarget;
  /** Recipients of alerts by email; each has to confirm its subscription once. @default none */
  emails?: string[];
  /** @default that of the setting */
  alertLabels?: string[];
  /** @default that of the setting */
  alertHours?: string;
  /** @default that of the setting */
  timeZone?: string;
  /** @default that of the setting */
  minConfidence?: number;
  /** @default that of the setting */
  maxLabels?: number;
  /** @default that of the setting */
  keepDays?: number;
  /** @default that of the setting */
  credentialMinutes?: number;
  /** @default that of the setting */
  maximumConcurrency?: number;
  /** Which labels raise another alert. @default that of the settings */
  gate?: Limits;
  /** Refuses to delete the table with the stack. @default true */
  deletionProtection?: boolean;
  /** @default 30 */
  logRetentionDays?: number;
}

const defaultGate: Limits = {
  deviceBudget: 4,
  totalBudget: 100,
  quietMinutes: 15,
  repeatMinutes: 240,
};

const settings = {
  alertLabels: texts({
    each: "a label of Rekognition, 1 to 100 characters, such as Person",
    fits: (label) => label.trim() === label && label.length >= 1 && label.length <= 100,
    default: ["Person"],
    description: "Labels that raise an alert within alertHours.",
  }),
  alertHours: text({
    default: "22-6",
    type: "always, or full hours from 0 to 23 as <from>-<to>, such as 22-6",
    fits: (hours) => hours === "always" || boundsIn(hours) !== undefined,
    description: "Hours of the day in which labels raise alerts; the last one is not included.",
  }),
  timeZone: text({
    default: "UTC",
    type: "the name of a time zone, such as Europe/Berlin",
    fits: isTimeZone,
    description: "Time zone of alertHours.",
  }),
  emails: texts({
    ...{ each: "an email address", fits: isEmail, default: [] },
    description: "Recipients of alerts by email. Each has to confirm its subscription once.",
  }),
  minConfidence: wholeNumber({
    ...{ from: 0, to: 100, default: 80 },
    description: "Percent of confidence below which a label is not kept.",
  }),
  maxLabels: wholeNumber({
    ...{ from: 1, to: 100, default: 20 },
    description: "Labels that are kept of an image, the most confident first.",
  }),
  keepDays: wholeNumber({
    ...{ from: 1, to: 3650, default: 30 },
    description: "Days that images and labels stay; images disappear for good three days later.",
  }),
  credentialMinutes: wholeNumber({
    // https://docs.aws.amazon.com/iot/latest/apireference/API_CreateRoleAlias.html; a role's sessions end after an hour.
    ...{ from: 15, to: 60, default: 15 },
    description: "Minutes that the credentials of a camera are valid.",
  }),
  maximumConcurrency: wholeNumber({
    ...{ from: 2, to: 100, default: 2 },
    description:
      "Invocations at a time, each with two calls of DetectLabels at a time; the quota is 5 calls per second in most Regions.",
  }),
  ...gateSettings("alerts", defaultGate),
};

/** Each camera has a folder of its own below it. */
const prefix = "images/";

const timeoutSeconds = 60;
/** Every six minutes for over an hour: throttling and a fault of the service may last that long. */
const maxReceiveCount = 12;

/**
 * Detects what the images of cameras show. A camera uploads with short-lived credentials of AWS that it gets for its certificate, to its own
 * folder only; S3 announces each version to a queue, and a callback has it analysed, keeps its labels, and alerts about chosen ones.
 */
export class CameraToRekognition extends pulumi.ComponentResource {
  readonly outputs;
  readonly unconfirmed;

  constructor(name: string, args: CameraToRekognitionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:CameraToRekognition", name, {}, opts);
    const parent = { parent: this };
    const { quarantine, alarms, emails = [] } = args;
    const { keepDays = settings.keepDays.default } = args;
    const [imagesName, analyserName] = [`${name}-images`, `${name}-analyser`];
    const uploads = `${name}-uploads`;

    const failures = new DeadLetterQueue(
      `${name}-failures`,
      {
        alarms,
        deadLetterQueueOf: [
          {
            arn: arn.queue(physicalName("queue", `${name}-queue`)),
            retentionSeconds: defaultRetentionSeconds,
          },
        ],
        admits: [
          announcer(uploads),
          // A topic without subscribers has nothing to set aside.
          ...(emails.length === 0
            ? []
            : [
                {
                  service: "sns.amazonaws.com" as const,
                  sourceArn: arn.topic(physicalName("topic", `${name}-alerts`)),
                },
              ]),
        ],
      },
      parent,
    );
    const queue = new Queue(
      `${name}-queue`,
      {
        purpose: "work",
        visibilityTimeoutSeconds: 6 * timeoutSeconds,
        redriveTo: { failures, maxReceiveCount },
        admits: [announcer(uploads)],
      },
      parent,
    );
    const images = privateBucket(imagesName, { "": keepDays }, parent, { uploads: true });
    const labels = new Table(
      `${name}-labels`,
      {
        partitionKey: "deviceId",
        sortKey: { name: "imageId", type: "S" },
        expiry: "expiresAt",
        deletionProtection: args.deletionProtection,
        alarms,
      },
      parent,
    );
    emitEvents(imagesName, images.resource, parent);
    announceObjects(
      uploads,
      {
        ...{ bucket: imagesName, prefix, undelivered: failures, alarms },
        description: "Images that cameras have uploaded.",
        to: queue,
        targetId: "analyser",
      },
      parent,
    );
    const credentials = new DeviceCredentials(
      `${name}-camera`,
      {
        minutes: args.credentialMinutes ?? settings.credentialMinutes.default,
        statements: [allow("UploadOwn", "s3:PutObject", images.objects(`${prefix}${ownThing}/`))],
      },
      parent,
    );
    const alerts = new EncryptedTopic(`${name}-alerts`, { publishers: [analyserName] }, parent);
    this.unconfirmed = subscribeAll(
      name,
      { topic: alerts, subscribers: byMail(emails), failures, alarms },
      parent,
    );
    const gate = createGate(`${name}-gate`, { limits: args.gate ?? defaultGate, alarms }, parent);
    new LambdaConsumer(
      analyserName,
      {
        description: "Detects the labels of uploaded images and alerts about chosen ones.",
        source: fromQueue(queue, {
          maximumConcurrency: args.maximumConcurrency ?? settings.maximumConcurrency.default,
        }),
        callbackFactory: () => createHandler(readSettings()),
        environment: {
          IMAGES_BUCKET_NAME: images.name,
          IMAGES_PREFIX: prefix,
          MIN_CONFIDENCE: String(args.minConfidence ?? settings.minConfidence.default),
          MAX_LABELS: String(args.maxLabels ?? settings.maxLabels.default),
          LABELS_TABLE_NAME: labels.resource.name,
          KEEP_DAYS: String(keepDays),
          ALERT_LABELS: JSON.stringify(args.alertLabels ?? settings.alertLabels.default),
          ALERT_HOURS: args.alertHours ?? settings.alertHours.default,
          TIME_ZONE: args.timeZone ?? settings.timeZone.default,
          ALERTS_TOPIC_ARN: alerts.topic.arn,
          QUARANTINE_QUEUE_URL: quarantine.queue.url,
          ...gate.environment,
        },
        statements: [
          allowUnscoped("DetectLabels", ["rekognition:DetectLabels"]),
          // Rekognition reads the image as the role that calls it.
          allow("ReadImages", ["s3:GetObject", "s3:GetObjectVersion"], images.objects(prefix)),
          // Without it, S3 does not say that an object is absent.
          allow("FindImages", "s3:ListBucket", images.arn),
          allow("KeepLabels", ["dynamodb:BatchGetItem", "dynamodb:PutItem"], labels.arn),
          ...alerts.publishStatements(),
          ...gate.statements,
          quarantine.queue.sendStatement("Quarantine"),
        ],
        alarms,
        timeoutSeconds,
        logRetentionDays: args.logRetentionDays,
      },
      parent,
    );
    alarm(
      `${name}-backlog`,
      {
        alarms,
        description: `ApproximateAgeOfOldestMessage of queue ${queue.name}: an image has waited for 15 minutes to be analysed. Check the errors of the analyser, and whether Rekognition throttles its calls.`,
        watch: {
          namespace: "AWS/SQS",
          name: "ApproximateAgeOfOldestMessage",
          dimensions: { QueueName: queue.name },
          statistic: "Maximum",
        },
        above: 900,
        notifiesOfRecovery: true,
      },
      parent,
    );
    this.outputs = {
      imagesBucket: images.name,
      imagesPrefix: prefix,
      roleAlias: credentials.alias,
      cameraPolicyName: credentials.policyName,
      labelsTable: labels.name,
      alertsTopicArn: alerts.arn,
      gateTable: gate.table.name,
      queueUrl: queue.url,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
    };
    this.registerOutputs(this.outputs);
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

export const cameraToRekognition = define({
  stem: "camera-to-rekognition",
  summary: "Detects what the images of cameras show and alerts about chosen labels.",
  settings,
  needs: {},
  create: (name, stack, { deviceBudget, totalBudget, quietMinutes, repeatMinutes, ...values }) =>
    new CameraToRekognition(name, {
      ...stack,
      ...values,
      quarantine: stack.quarantine(),
      gate: { deviceBudget, totalBudget, quietMinutes, repeatMinutes },
    }),
});
