import {
  BatchGetItemCommand,
  PutItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { itemOf } from "../shared/item";
import { imageIdOf, type Image } from "./image";

/** What an image shows, with the confidence in percent. */
export interface Label {
  name: string;
  confidence: number;
}

/** The labels of an image, and the version of the model that found them. */
export interface Labels {
  labels: Label[];
  modelVersion: string;
}

/** The table of labels. */
export interface LabelsTable {
  /** The labels of those images that were analysed before, by {@link imageIdOf}. */
  known: (images: Image[]) => Promise<ReadonlyMap<string, Labels>>;
  store: (image: Image, labels: Labels) => Promise<void>;
}

const day = 86_400;

/** The key of an image: sorted by time of upload, and the same for every event about the version. */
const keyOf = (image: Image) =>
  itemOf({
    deviceId: image.deviceId,
    imageId: `${new Date(image.uploadedAt).toISOString()}#${imageIdOf(image)}`,
  });

/**
 * Keeps labels in DynamoDB, one item for each version of an image. An item expires with its image.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
export function labelsTable(
  client: DynamoDBClient,
  TableName: string,
  keepDays: number,
): LabelsTable {
  return {
    async known(images) {
      const Keys = [...new Map(images.map((one) => [imageIdOf(one), keyOf(one)])).values()];
      if (Keys.length === 0) return new Map();
      const { Responses } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
      );
      // A key that DynamoDB did not read is analysed once more.
      return new Map((Responses?.[TableName] ?? []).map((item) => [idIn(item), labelsIn(item)]));
    },
    async store(image, { labels, modelVersion }) {
      const { key, bucket, versionId, uploadedAt } = image;
      await client.send(
        new PutItemCommand({
          TableName,
          Item: {
            ...keyOf(image),
            ...itemOf({
              ...{ bucket, key, versionId, uploadedAt, modelVersion },
              expiresAt: Math.floor(uploadedAt / 1000) + keepDays * day,
            }),
            labels: {
              L: labels.map(({ name, confidence }) => ({ M: itemOf({ name, confidence }) })),
            },
          },
        }),
      );
    },
  };
}

const idIn = ({ imageId }: Record<string, AttributeValue>): string =>
  imageId?.S?.split("#")[1] ?? "";

const labelsIn = ({ labels, modelVersion }: Record<string, AttributeValue>): Labels => ({
  modelVersion: modelVersion?.S ?? "",
  labels: (labels?.L ?? []).map(({ M = {} }) => ({
    name: M["name"]?.S ?? "",
    confidence: Number(M["confidence"]?.N),
  })),
});
