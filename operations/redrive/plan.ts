import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import type { FailedEvent, FailedExecution } from "./event-envelopes";
import {
  understand,
  understandRecords,
  understandStored,
  type Envelope,
  type Notification,
  type Original,
  type StoredFailure,
} from "./envelopes";
import { readStreamBatch, type StreamClients } from "./stream-batch";

/** Everything that has to be sent again before a message may leave the queue. */
export interface Plan {
  originals: Original[];
  notifications: Notification[];
  events: FailedEvent[];
  executions: FailedExecution[];
  /** To be deleted when all is sent. */
  objects: StoredFailure[];
  detail: string;
}

/** What has to be read for a plan. */
export interface PlanClients extends StreamClients {
  s3: S3Client;
}

/** Reads a message's body, and the objects or records that it points to; throws one sentence when it cannot be redriven. */
export async function plan(clients: PlanClients, body: string, topicPrefix: string): Promise<Plan> {
  const envelope = understand(body, topicPrefix);
  const nothing: Plan = {
    originals: [],
    notifications: [],
    events: [],
    executions: [],
    objects: [],
    detail: "",
  };
  switch (envelope.kind) {
    case "originals":
      return { ...nothing, originals: envelope.originals, detail: topicsOf(envelope.originals) };
    case "stored": {
      const contents = await Promise.all(
        envelope.objects.map((object) => originalsIn(clients.s3, object, topicPrefix)),
      );
      const originals = contents.flat();
      return { ...nothing, originals, objects: envelope.objects, detail: topicsOf(originals) };
    }
    case "batch": {
      const records = await readStreamBatch(clients, envelope.batch);
      const understood = understandRecords(records, topicPrefix);
      if (understood.kind !== "originals")
        throw new Error(
          `Records of ${envelope.batch.streamArn} are not understood: they are not all device messages with their envelope.`,
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
      throw new Error(`The message is not understood: ${envelope.why}.`);
  }
}

const topicsOf = (originals: readonly Original[]): string =>
  [...new Set(originals.map(({ topic }) => topic))].join(", ");

async function originalsIn(
  s3: S3Client,
  { bucket, key }: StoredFailure,
  topicPrefix: string,
): Promise<Original[]> {
  const envelope: Envelope = understandStored(await read(s3, { bucket, key }), topicPrefix);
  if (envelope.kind === "originals") return envelope.originals;
  const why = envelope.kind === "unknown" ? envelope.why : "it is no failed batch";
  throw new Error(`The object s3://${bucket}/${key} is not understood: ${why}.`);
}

async function read(s3: S3Client, { bucket, key }: StoredFailure): Promise<string> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return (await Body?.transformToString()) ?? "";
  } catch (error) {
    if (!(error instanceof NoSuchKey)) throw error;
    throw new Error(
      `The object s3://${bucket}/${key} is gone, redriven before or expired; delete this message by hand.`,
    );
  }
}
