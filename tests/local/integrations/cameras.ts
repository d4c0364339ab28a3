import { DynamoDBClient, QueryCommand, type AttributeValue } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { addCamera } from "../../../local/devices/cameras";
import type { Camera, Uploaded } from "../../../local/devices/camera";
import { drawPicture } from "../../../local/devices/pictures";
import { eventually } from "./eventually";
import { impatiently } from "./impatience";
import type { World } from "./world";

export const integration = "camera-to-rekognition";
export const analyser = "camera-to-rekognition-analyser";

/** A camera of its own for a test. */
export const cameraOf = (world: World, deviceId: string): Promise<Camera> =>
  addCamera(world.platform, world.outputs, deviceId);

/** A picture of these things, which the double recognises. */
export const picture = (...things: string[]): Buffer => drawPicture({ things, format: "png" });

/** What the table has of an image. */
export interface Analysed {
  key: string;
  versionId: string;
  uploadedAt: number;
  labels: [name: string, confidence: number][];
}

/** The items of a camera, by time. */
export async function analysedOf(
  { platform, outputs }: World,
  deviceId: string,
): Promise<Analysed[]> {
  const { Items = [] } = await platform.clients.get(DynamoDBClient).send(
    new QueryCommand({
      TableName: outputs.of[integration]?.labelsTable,
      KeyConditionExpression: "deviceId = :camera",
      ExpressionAttributeValues: { ":camera": { S: deviceId } },
      ConsistentRead: true,
    }),
  );
  return Items.map((item: Record<string, AttributeValue>) => ({
    key: item.key?.S ?? "",
    versionId: item.versionId?.S ?? "",
    uploadedAt: Number(item.uploadedAt?.N),
    labels: (item.labels?.L ?? []).map(({ M = {} }): [string, number] => [
      M.name?.S ?? "",
      Number(M.confidence?.N),
    ]),
  }));
}

/** The items of a camera, once there are so many. */
export const analysed = (world: World, deviceId: string, count = 1): Promise<Analysed[]> =>
  eventually(`${count} analysed images of ${deviceId}`, async () => {
    const items = await analysedOf(world, deviceId);
    if (items.length > count)
      throw new Error(`${deviceId} has ${items.length} images, not ${count}.`);
    return items.length === count && items;
  });

/** Makes the work queue deliver a failed message after seconds, and so many times. */
export const impatient = <T>(world: World, during: () => Promise<T>, times?: number): Promise<T> =>
  impatiently(
    world,
    { name: "camera-to-rekognition-queue", url: world.outputs.of[integration]?.queueUrl },
    during,
    times,
  );

/** The reference to an image in the quarantine. */
export const referenceTo = ({ bucket, key, versionId }: Uploaded): string =>
  Buffer.from(JSON.stringify({ bucket, key, versionId })).toString("base64");

/** Sends an event about an image to the work queue, at a time in ms since the epoch. */
export const announce = (
  { platform, outputs }: World,
  { bucket, key, versionId }: Uploaded,
  time = Date.now(),
) =>
  platform.clients.get(SQSClient).send(
    new SendMessageCommand({
      QueueUrl: outputs.of[integration]?.queueUrl,
      MessageBody: JSON.stringify({
        time: new Date(time).toISOString(),
        detail: { bucket: { name: bucket }, object: { key, size: 1, "version-id": versionId } },
      }),
    }),
  );
