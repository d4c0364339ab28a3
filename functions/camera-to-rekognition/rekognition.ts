import { DetectLabelsCommand, type RekognitionClient } from "@aws-sdk/client-rekognition";
import { GetObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { dimensionsIn } from "./dimensions";
import type { Image } from "./image";
import type { Labels } from "./labels";
import type { Evidence } from "./refusal";

export interface DetectionSettings {
  /** In percent; labels below it are not returned. */
  minConfidence: number;
  maxLabels: number;
}

export type Detect = (image: Image) => Promise<Labels>;

/** Rekognition reads the version that the event named, however often the key was written since. */
const objectOf = ({ bucket, key, versionId }: Image) => ({
  Bucket: bucket,
  Name: key,
  ...(versionId !== undefined && { Version: versionId }),
});

/** @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectLabels.html */
export const detectLabels =
  (client: RekognitionClient, { minConfidence, maxLabels }: DetectionSettings): Detect =>
  async (image) => {
    const { Labels: found = [], LabelModelVersion } = await client.send(
      new DetectLabelsCommand({
        Image: { S3Object: objectOf(image) },
        MinConfidence: minConfidence,
        MaxLabels: maxLabels,
      }),
    );
    return {
      labels: found.map(({ Name, Confidence }) => ({
        name: Name ?? "",
        confidence: Confidence ?? 0,
      })),
      modelVersion: LabelModelVersion ?? "",
    };
  };

/** The bytes that hold the header of an image, however much metadata comes before it. */
const headerBytes = 262_144;

/** Asks S3 about an image. */
export const evidenceOf = (client: S3Client): Evidence => {
  const versionOf = ({ bucket, key, versionId }: Image) => ({
    Bucket: bucket,
    Key: key,
    ...(versionId !== undefined && { VersionId: versionId }),
  });
  return {
    async isAbsent(image) {
      try {
        await client.send(new HeadObjectCommand(versionOf(image)));
        return false;
      } catch (error) {
        // S3 answers 404 to a caller that may list the bucket, and 403 to any other.
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
        const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
        if ($metadata?.httpStatusCode === 404) return true;
        throw error;
      }
    },
    async dimensions(image) {
      const { Body } = await client.send(
        new GetObjectCommand({ ...versionOf(image), Range: `bytes=0-${headerBytes - 1}` }),
      );
      return dimensionsIn(Buffer.from((await Body?.transformToByteArray()) ?? []));
    },
  };
};
