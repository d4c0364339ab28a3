import { invalid, type Invalid } from "../shared/invalid";
import type { Dimensions } from "./dimensions";
import type { Image } from "./image";

/**
 * What DetectLabels accepts of an object in S3.
 * @see https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
 */
export const accepted = { mostBytes: 15 * 1024 * 1024, fewestPixels: 80, mostPixels: 10_000 };

/** The calls by which a refusal of Rekognition is explained. */
export interface Evidence {
  /** Whether S3 says that the version does not exist. Rejects if S3 does not say, such as for want of a permission. */
  isAbsent: (image: Image) => Promise<boolean>;
  /** From the first bytes of the image; undefined if they do not say. */
  dimensions: (image: Image) => Promise<Dimensions | undefined>;
}

/** What is known to be wrong with an image before Rekognition is called. */
export function faultOf({ size }: Image): Invalid | undefined {
  if (size === 0) return invalid("image-format", "The object is empty.");
  if (size > accepted.mostBytes)
    return invalid(
      "image-too-large",
      `The object has ${size} bytes; Rekognition accepts ${accepted.mostBytes}.`,
    );
  return undefined;
}

/**
 * Returns what is wrong with an image that DetectLabels refused; undefined if nothing proves that the image is at fault. Two errors of
 * Rekognition prove nothing. `InvalidS3ObjectException` covers an absent object and a role that may not read it, so S3 is asked.
 * `InvalidParameterException` covers an image of less than 80 pixels and parameters of this program, so the image is measured.
 * @see https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectLabels.html
 * @see https://github.com/boto/botocore/issues/1366
 */
export async function faultBehind(
  error: Error,
  image: Image,
  { isAbsent, dimensions }: Evidence,
): Promise<Invalid | undefined> {
  switch (error.name) {
    case "InvalidImageFormatException":
      return invalid("image-format", "Rekognition reads PNG and JPEG; this is neither, or broken.");
    case "ImageTooLargeException":
      return invalid("image-too-large", `Rekognition refuses its size: ${error.message}`);
    case "InvalidS3ObjectException":
      return (await isAbsent(image))
        ? invalid("image-missing", "S3 has no such version: it was deleted before it was analysed.")
        : undefined;
    case "InvalidParameterException":
      return faultIn(await dimensions(image));
    default:
      return undefined;
  }
}

function faultIn(found: Dimensions | undefined): Invalid | undefined {
  if (!found) return undefined;
  const { width, height } = found;
  const { fewestPixels, mostPixels } = accepted;
  const is = `The image has ${width} x ${height} pixels`;
  if (Math.min(width, height) < fewestPixels)
    return invalid("image-too-small", `${is}; Rekognition needs ${fewestPixels} on each side.`);
  return Math.max(width, height) > mostPixels
    ? invalid("image-too-large", `${is}; Rekognition accepts ${mostPixels} on each side.`)
    : undefined;
}
