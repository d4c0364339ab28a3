import { createHandler } from "../../../functions/camera-to-rekognition/analyser";
import {
  eventOf,
  imageIdOf,
  referenceTo,
  type Image,
} from "../../../functions/camera-to-rekognition/image";
import { createHash } from "node:crypto";
import { receivedAt, sqsEvent } from "../../support/events";
import { batchesOf, records, type Measured } from "./measured";
import type { Sample } from "./sample";

/** The name is too long for a bucket, so it is cut and ends in a hash. */
const bucket = "iot-integrations-local-euc1-camera-to-rek-75580b46-123456789012";
const table = "iot-integrations-local-camera-to-rekognition-labels";
const imageOf = (nth: number, of = bucket): Image => ({
  ...{ deviceId: "cam-7", bucket: of, key: `images/cam-7/${nth}+1.png`, versionId: "v1" },
  ...{ uploadedAt: receivedAt, size: 1000 },
});
const image = imageOf(1);
const imageId = `2026-11-24T00:00:00.000Z#${imageIdOf(image)}`;
const looked: Sample["calls"][number] = [
  "BatchGetItem",
  {
    RequestItems: {
      [table]: {
        Keys: [{ deviceId: { S: "cam-7" }, imageId: { S: imageId } }],
        ConsistentRead: true,
      },
    },
  },
];
const detected: Sample["calls"][number] = [
  "DetectLabels",
  {
    Image: { S3Object: { Bucket: bucket, Name: "images/cam-7/1+1.png", Version: "v1" } },
    MinConfidence: 80,
    MaxLabels: 20,
  },
];
const payload = referenceTo(image).toString("base64");
const quarantineId = createHash("sha256")
  .update(JSON.stringify(["image-format", "cam-7", payload]))
  .digest("hex");

export const samples: Record<string, Sample[]> = {
  "camera-to-rekognition-analyser": [
    {
      title: "keeps the labels of an image and publishes an alert about a person",
      event: sqsEvent(eventOf(image)),
      answers: {
        DetectLabels: {
          Labels: [{ Name: "Person", Confidence: 99.5 }],
          LabelModelVersion: "3.0",
        },
      },
      outcome: { answer: { batchItemFailures: [] } },
      calls: [
        looked,
        detected,
        [
          "PutItem",
          {
            TableName: table,
            Item: {
              deviceId: { S: "cam-7" },
              imageId: { S: imageId },
              bucket: { S: bucket },
              key: { S: "images/cam-7/1+1.png" },
              versionId: { S: "v1" },
              uploadedAt: { N: String(receivedAt) },
              modelVersion: { S: "3.0" },
              expiresAt: { N: String(receivedAt / 1000 + 30 * 86_400) },
              labels: { L: [{ M: { name: { S: "Person" }, confidence: { N: "99.5" } } }] },
            },
          },
        ],
        ["BatchGetItem", {}],
        ["UpdateItem", {}],
        ["UpdateItem", {}],
        [
          "Publish",
          {
            TopicArn: "arn:created:iot-integrations-local-camera-to-rekognition-alerts",
            Subject: "Camera cam-7 sees Person",
          },
        ],
        ["PutItem", {}],
        ["UpdateItem", { UpdateExpression: "REMOVE #pending.#id" }],
      ],
    },
    {
      title: "quarantines what is no image",
      event: sqsEvent(eventOf(image)),
      refused: { DetectLabels: "InvalidImageFormatException" },
      outcome: { answer: { batchItemFailures: [] } },
      calls: [
        looked,
        detected,
        [
          "SendMessageBatch",
          {
            QueueUrl: "@/iot-integrations-local-quarantine.fifo",
            Entries: [
              {
                Id: "0",
                MessageBody: JSON.stringify({
                  reason: "image-format",
                  detail: "Rekognition reads PNG and JPEG; this is neither, or broken.",
                  ...{ deviceId: "cam-7", receivedAt, payload },
                }),
                MessageGroupId: quarantineId,
                MessageDeduplicationId: quarantineId,
              },
            ],
          },
        ],
      ],
    },
    {
      title: "returns an image that its role may not have analysed",
      event: sqsEvent(eventOf(image)),
      refused: { DetectLabels: "AccessDeniedException" },
      outcome: { answer: { batchItemFailures: [{ itemIdentifier: "message-1" }] } },
      calls: [looked, detected],
    },
  ],
};

export const measured: Measured = {
  calls: [
    {
      // One call for each image, which the service requires; one read of the table for ten, and one write for each.
      what: "images",
      of: "camera-to-rekognition-analyser",
      fewest: records * 2.1,
      async run(quarantineQueueUrl) {
        const handler = createHandler({
          images: { bucketName: bucket, prefix: "images/" },
          ...{ minConfidence: 80, maxLabels: 20, labelsTableName: "labels", keepDays: 30 },
          ...{ alertLabels: ["Person"], hours: "always", timeZone: "UTC" },
          alertsTopicArn: "arn:aws:sns:eu-central-1:123456789012:alerts",
          gateTableName: "gate",
          gateLimits: { deviceBudget: 4, totalBudget: 100, quietMinutes: 15, repeatMinutes: 240 },
          quarantineQueueUrl,
        });
        const events = Array.from({ length: records }, (_, nth) => eventOf(imageOf(nth)));
        for (const bodies of batchesOf("queue", events)) await handler(sqsEvent(...bodies));
      },
    },
  ],
};
