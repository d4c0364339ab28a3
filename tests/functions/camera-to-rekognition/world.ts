import {
  createHandler,
  type Ports,
  type Settings,
} from "../../../functions/camera-to-rekognition/analyser";
import { eventOf, imageIdOf, type Image } from "../../../functions/camera-to-rekognition/image";
import type { Label, Labels } from "../../../functions/camera-to-rekognition/labels";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { sqsEvent } from "../../support/events";
import { memoryGate, type MemoryGate } from "../../support/memory-gate";
import { logged } from "../logged";

export const bucketName = "pictures";

export const settings: Settings = {
  images: { bucketName, prefix: "images/" },
  minConfidence: 80,
  maxLabels: 20,
  labelsTableName: "unused",
  keepDays: 30,
  alertLabels: ["Person", "Dog"],
  hours: "22-6",
  timeZone: "UTC",
  alertsTopicArn: "unused",
  quarantineQueueUrl: "unused",
  gateTableName: "unused",
  gateLimits: { deviceBudget: 4, totalBudget: 100, quietMinutes: 15, repeatMinutes: 240 },
};

/** At night. */
export const uploadedAt = Date.UTC(2026, 10, 24, 23, 30);

export const imageOf = (changes: Partial<Image> = {}): Image => ({
  deviceId: "cam-1",
  bucket: bucketName,
  key: "images/cam-1/1.jpg",
  versionId: "v1",
  uploadedAt,
  size: 1000,
  ...changes,
});

/** An error of AWS's SDK. */
export const refusal = (name: string, message = name, status = 400): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });

export interface CameraWorld extends Ports {
  gate: MemoryGate;
  detected: Image[];
  stored: Map<string, Labels>;
  published: { subject: string; message: string }[];
  entries: QuarantineEntry[];
}

/** Ports that find one person on every image and take everything, unless changed. */
export function worldOf(changes: Partial<Ports> & { labels?: Label[] } = {}): CameraWorld {
  const { labels = [{ name: "Person", confidence: 98.76 }], ...ports } = changes;
  const world: CameraWorld = {
    detected: [],
    stored: new Map(),
    published: [],
    entries: [],
    gate: memoryGate(),
    detect: async (image) => {
      world.detected.push(image);
      return { labels, modelVersion: "3.0" };
    },
    evidence: {
      isAbsent: () => Promise.reject(new Error("Nothing asks.")),
      dimensions: () => Promise.reject(new Error("Nothing asks.")),
    },
    table: {
      known: async () => world.stored,
      store: async (image, found) => void world.stored.set(imageIdOf(image), found),
    },
    publish: async (alert) => void world.published.push(alert),
    quarantine: async (entries) => {
      world.entries.push(...entries);
      return [];
    },
    ...(ports as object),
  };
  return world;
}

/** Sends a batch of images, or of other texts, to the handler. */
export const analyse = (
  world: CameraWorld,
  images: (Image | string)[],
  changes: Partial<Settings> = {},
) =>
  logged(() =>
    createHandler(
      { ...settings, ...changes },
      world,
    )(sqsEvent(...images.map((one) => (typeof one === "string" ? one : eventOf(one))))),
  );

export const failed = (...numbers: number[]) => ({
  batchItemFailures: numbers.map((number) => ({ itemIdentifier: `message-${number}` })),
});
