import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import type { Message } from "@aws-sdk/client-sqs";
import * as camera from "../../functions/camera-to-rekognition/image";
import { eventOf } from "../../functions/iot-to-redshift/objects";
import { hashOf } from "../sinks/message-hash";
import type { FailedEvent, FailedExecution } from "./event-envelopes";
import { understand, type Envelope, type Notification } from "./envelopes";
import type { Original } from "./originals";
import { refuseForeign, type Own } from "./own";
import { understandRecords } from "./records";
import { understandStored, type StoredFailure } from "./stored-failures";
import { readStreamBatch, type StreamClients } from "./stream-batch";

/** Everything that must be sent again before a message may be deleted from the queue. */
export interface Plan {
  originals: Original[];
  notifications: Notification[];
  events: FailedEvent[];
  executions: FailedExecution[];
  /** Objects to announce to their consumer again, which loads each once. */
  announcements: Announcement[];
  /** Objects to delete when everything is sent. */
  objects: StoredFailure[];
  /** What is sent where, for the operator. */
  detail: string;
}

/** The event of an object, and the queue of its consumer. */
export interface Announcement {
  queueUrl: string;
  body: string;
  /** Of an image: identifies it as the quarantine does. */
  hash?: string;
}

/** The services from which failed records are read. */
export interface PlanClients extends StreamClients {
  s3: S3Client;
}

/**
 * Reads a message of a failures queue and the objects or records that it refers to. Throws one sentence if it cannot be redriven, or if it
 * names anything outside of the stack, which is then neither read nor written.
 */
export async function plan(clients: PlanClients, message: Message, own: Own): Promise<Plan> {
  const image = imageOf(message.Body ?? "", own);
  if (image) return { ...nothing, ...image };
  const envelope = understand(message.Body ?? "", own.topicPrefix, message.MessageAttributes);
  refuseForeign(envelope, message, own);
  return planFor(clients, envelope, own);
}

const nothing: Plan = {
  originals: [],
  notifications: [],
  events: [],
  executions: [],
  announcements: [],
  objects: [],
  detail: "",
};

/** The announcement of an image in the bucket of cameras, of the version that failed; undefined for anything else. */
function imageOf(
  body: string,
  { images }: Own,
): Pick<Plan, "announcements" | "detail"> | undefined {
  const image = images && camera.imageIn(body, images);
  if (!image || !("key" in image)) return undefined;
  const hash = hashOf(image.deviceId, camera.referenceTo(image));
  return {
    announcements: [{ queueUrl: images.queueUrl, body: camera.eventOf(image), hash }],
    detail: `image ${image.key} to its analyser`,
  };
}

async function planFor(clients: PlanClients, envelope: Envelope, own: Own): Promise<Plan> {
  const { topicPrefix } = own;
  switch (envelope.kind) {
    case "originals":
      return { ...nothing, originals: envelope.originals, detail: topicsOf(envelope.originals) };
    case "stored": {
      const announcements = envelope.objects.flatMap((one) => announcementOf(one, own) ?? []);
      const objects = envelope.objects.filter((one) => !announcementOf(one, own));
      const contents = await Promise.all(
        objects.map((object) => originalsIn(clients.s3, object, own)),
      );
      const originals = contents.flat();
      const keys = envelope.objects.filter((one) => !objects.includes(one)).map(({ key }) => key);
      const detail = [...keys.map((key) => `object ${key} to its loader`), topicsOf(originals)];
      return {
        ...{ ...nothing, originals, announcements, objects },
        detail: detail.filter((text) => text !== "").join(", "),
      };
    }
    case "batch": {
      const records = await readStreamBatch(clients, envelope.batch);
      const understood = understandRecords(records, topicPrefix);
      if (understood.kind !== "originals")
        throw new Error(
          `The batch of stream ${envelope.batch.streamArn} cannot be redriven: ${understood.why}; process it manually, then delete this message.`,
        );
      return {
        ...nothing,
        originals: understood.originals,
        detail: topicsOf(understood.originals),
      };
    }
    case "notification": {
      const { notification } = envelope;
      const detail = `notification to all subscribers of ${notification.topicArn}`;
      return { ...nothing, notifications: [notification], detail };
    }
    case "event":
      return {
        ...nothing,
        events: [envelope.event],
        detail: `event ${envelope.event.detailType} to all rules of its bus`,
      };
    case "execution":
      return {
        ...nothing,
        executions: [envelope.execution],
        detail: `a new execution with the input of ${envelope.execution.executionArn}`,
      };
    case "empty":
      return { ...nothing, detail: envelope.why };
    case "unknown":
      throw new Error(
        `The message cannot be redriven: ${envelope.why}; process it manually, then delete it.`,
      );
  }
}

/**
 * The announcement of an object whose records are good and of which only the load has failed; undefined for any other object. The event is
 * a new one, so that nothing else in the message reaches the consumer.
 */
const announcementOf = (
  { bucket, key }: StoredFailure,
  { loads }: Own,
): Announcement | undefined =>
  loads?.bucket === bucket && key.startsWith(loads.prefix)
    ? { queueUrl: loads.queueUrl, body: eventOf(bucket, key) }
    : undefined;

const topicsOf = (originals: readonly Original[]): string =>
  [...new Set(originals.map(({ topic }) => topic))].join(", ");

async function originalsIn(
  s3: S3Client,
  { bucket, key }: StoredFailure,
  { topicPrefix, accountId, batches }: Own,
): Promise<Original[]> {
  const stored = understandStored(await read(s3, { bucket, key }, accountId), topicPrefix);
  if (stored.kind === "originals")
    return batches?.bucket === bucket
      ? stored.originals.map((one) => ({ ...one, ruleName: batches.ruleName }))
      : stored.originals;
  throw new Error(
    `Object s3://${bucket}/${key} cannot be redriven: ${stored.why}; process it manually, then delete this message.`,
  );
}

async function read(
  s3: S3Client,
  { bucket, key }: StoredFailure,
  ExpectedBucketOwner: string,
): Promise<string> {
  try {
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: key, ExpectedBucketOwner }),
    );
    return (await Body?.transformToString()) ?? "";
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
    throw new Error(
      `Object s3://${bucket}/${key} does not exist: it was redriven before or has expired; delete this message.`,
    );
  }
}
