import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { RekognitionClient } from "@aws-sdk/client-rekognition";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { alertsTopic, type PublishAlert } from "../shared/alerts-topic";
import { forEachAtMost } from "../shared/at-most";
import { quarantineAll } from "../shared/batch";
import type { GatePorts } from "../shared/gate/gate";
import { readGateSettings, type GateSettings } from "../shared/gate/gate-settings";
import { gateTable } from "../shared/gate/gate-table";
import { createGated } from "../shared/gate/gated";
import { groupBy } from "../shared/group";
import type { Invalid } from "../shared/invalid";
import { describeError, log } from "../shared/log";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine, type QuarantineEntry } from "../shared/quarantine";
import { required } from "../shared/settings";
import { createAlertHours, type AlertHours } from "./alert-hours";
import { imageIdOf, imageIn, referenceTo, type Image, type Images } from "./image";
import { writeLabelAlert } from "./label-alert";
import { labelsTable, type Label, type LabelsTable } from "./labels";
import { faultBehind, faultOf, type Evidence } from "./refusal";
import { detectLabels, evidenceOf, type Detect, type DetectionSettings } from "./rekognition";

export interface Settings extends GateSettings, AlertHours, DetectionSettings {
  images: Images;
  labelsTableName: string;
  keepDays: number;
  /** Labels that raise an alert, within the hours. */
  alertLabels: string[];
  alertsTopicArn: string;
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  detect: Detect;
  evidence: Evidence;
  table: LabelsTable;
  gate: GatePorts;
  publish: (...alert: Parameters<PublishAlert>) => Promise<unknown>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  images: {
    bucketName: required(env, "IMAGES_BUCKET_NAME"),
    prefix: required(env, "IMAGES_PREFIX"),
  },
  minConfidence: Number(required(env, "MIN_CONFIDENCE")),
  maxLabels: Number(required(env, "MAX_LABELS")),
  labelsTableName: required(env, "LABELS_TABLE_NAME"),
  keepDays: Number(required(env, "KEEP_DAYS")),
  alertLabels: JSON.parse(required(env, "ALERT_LABELS")) as string[],
  hours: required(env, "ALERT_HOURS"),
  timeZone: required(env, "TIME_ZONE"),
  alertsTopicArn: required(env, "ALERTS_TOPIC_ARN"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
  ...readGateSettings(env),
});

/** An image, and the messages of the batch that announce it. */
interface Announced {
  /** Of the first message. */
  id: string;
  ids: string[];
  image: Image;
}

/** An image with those of its labels that raise an alert. */
interface Alarming extends Announced {
  labels: Label[];
}

/** Images of a batch that are analysed at the same time: with two invocations, fewer than the least quota, five a second. */
const atOnce = 2;

/**
 * Analyses uploaded images, each version once, keeps their labels and publishes alerts about chosen ones. Quarantines an image only if it is
 * proven to be at fault; whatever else fails returns to the queue, and to the failures queue in the end.
 */
export function createHandler(
  settings: Settings,
  ports: Ports = awsPorts(settings),
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  const { images: from, alertLabels } = settings;
  const isAlertTime = createAlertHours(settings);
  const { detect, evidence, table, quarantine } = ports;

  const sendAlerts = createGated<Alarming>(settings.gateLimits, ports.gate, {
    candidateOf: ({ image, labels }) => ({
      id: imageIdOf(image),
      deviceId: image.deviceId,
      timestamp: image.uploadedAt,
      condition: labels.map(({ name }) => name).join(", "),
      receivedAt: image.uploadedAt,
    }),
    act: async ({ image, labels }, note) => {
      const { deviceId, uploadedAt: timestamp } = image;
      await ports.publish(writeLabelAlert(image, labels, note), { deviceId, timestamp });
      return true;
    },
    failure: "alert not sent",
    atOnce,
  });

  /** The labels of an image, or what is wrong with it. */
  async function analyse(image: Image): Promise<Label[] | Invalid> {
    const { deviceId, key } = image;
    const fault = faultOf(image);
    if (fault) return fault;
    try {
      const found = await detect(image);
      await table.store(image, found);
      return found.labels;
    } catch (error) {
      const behind = await faultBehind(error as Error, image, evidence).catch((reason: unknown) => {
        log("warn", "image not examined", { deviceId, key, error: describeError(reason) });
      });
      if (behind) return behind;
      throw error;
    }
  }

  const chosenAmong = (labels: Label[]): Label[] =>
    labels
      .filter(({ name }) => alertLabels.includes(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));

  return async ({ Records }) => {
    const { announced, refused } = announcedIn(Records, from);
    // Another analysis of the same version would be billed again.
    const known = await table.known(announced.map(({ image }) => image));
    const failed: string[] = [];
    const alarming: Alarming[] = [];
    let [stored, repeated] = [0, 0];
    await forEachAtMost(atOnce, announced, async (one) => {
      const { image, ids } = one;
      try {
        const before = known.get(imageIdOf(image));
        const result = before?.labels ?? (await analyse(image));
        if (!Array.isArray(result)) {
          refused.push(...ids.map((id) => ({ id, entry: entryOf(image, result) })));
          return;
        }
        if (!before) stored += 1;
        repeated += before ? ids.length : ids.length - 1;
        const labels = isAlertTime(image.uploadedAt) ? chosenAmong(result) : [];
        if (labels.length > 0) alarming.push({ ...one, labels });
      } catch (error) {
        const { deviceId, key } = image;
        log("error", "image not analysed", { deviceId, key, error: describeError(error) });
        failed.push(...ids);
      }
    });
    alarming.sort((a, b) => a.image.uploadedAt - b.image.uploadedAt);
    const { muted, failed: unsent } = await sendAlerts(alarming);
    failed.push(...alarming.flatMap(({ id, ids }) => (unsent.includes(id) ? ids : [])));
    const kept = await quarantineAll(refused, quarantine);
    failed.push(...kept);
    count("camera-to-rekognition", {
      Received: Records.length,
      Stored: stored,
      Duplicates: repeated,
      Muted: muted,
      Quarantined: refused.length - kept.length,
      Failed: failed.length,
    });
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  };
}

const entryOf = (image: Image, { reason, detail }: Invalid): QuarantineEntry => ({
  ...{ reason, detail, deviceId: image.deviceId, receivedAt: image.uploadedAt },
  payload: referenceTo(image).toString("base64"),
});

function announcedIn(records: SQSEvent["Records"], from: Images) {
  const refused: { id: string; entry: QuarantineEntry }[] = [];
  const readable: { id: string; image: Image }[] = [];
  for (const { messageId: id, body } of records) {
    const image = imageIn(body, from);
    if ("key" in image) readable.push({ id, image });
    else {
      const { reason, detail } = image;
      const payload = Buffer.from(body).toString("base64");
      refused.push({ id, entry: { reason, detail, payload } });
    }
  }
  const groups = groupBy(readable, ({ image }) => imageIdOf(image));
  const announced = groups.map((same): Announced => ({
    ...same[0],
    ids: same.map(({ id }) => id),
  }));
  return { announced, refused };
}

function awsPorts(settings: Settings): Ports {
  const dynamodb = new DynamoDBClient({});
  return {
    detect: detectLabels(new RekognitionClient({}), settings),
    evidence: evidenceOf(new S3Client({})),
    table: labelsTable(dynamodb, settings.labelsTableName, settings.keepDays),
    gate: gateTable(dynamodb, settings.gateTableName),
    publish: alertsTopic(new SNSClient({}), settings.alertsTopicArn),
    quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl),
  };
}
