import { setTimeout as wait } from "node:timers/promises";
import type { StackOutputs } from "../../operations/stack-outputs";
import { palette } from "../doubles/rekognition";
import type { Platform } from "../platform";
import { createCamera, type Camera, type Uploaded } from "./camera";
import { drawPicture, type Format } from "./pictures";
import { createRandom } from "./random";

/** An image as a camera uploads it. */
export interface Shot {
  /** Which camera, from 0. */
  camera: number;
  /** The key below the camera's folder. */
  file: string;
  bytes: Buffer;
  /** The kind of image, for reports. */
  kind: string;
}

/** An image that S3 has taken. */
export interface Upload extends Uploaded {
  deviceId: string;
  kind: string;
}

export const cameraIds = ["camera-1", "camera-2"];

/** Messages of devices for each image. */
const messagesPerImage = 20;
/** Between images of a load without end that is published as fast as possible. */
const shortestPause = 200;

/** How many images belong to a load, and the pause between two, in ms. `rate` is in messages per second, 0 for no delay. */
export const imagesFor = (messages: number, rate: number): { most: number; pause: number } => ({
  most: Math.ceil(messages / messagesPerImage),
  pause: rate > 0 ? (1000 * messagesPerImage) / rate : messages === Infinity ? shortestPause : 0,
});

/** Names that a key must survive on its way: each is another character that URLs, forms or JSON encode. */
const names = [
  "yard",
  "gate+door",
  "100%",
  "a%2Bb",
  "Büro 1",
  "夜",
  "a&b=c",
  "quote'\"",
  "#1",
] as const;

/** Generates images without end, of the cameras in turn: one in six is none that Rekognition takes. The same seed gives the same bytes. */
export function* generateShots(seed: number): Generator<Shot, never> {
  const random = createRandom(seed);
  const things = Object.keys(palette);
  for (let number = 0; ; number += 1) {
    const format = random.pick<Format>(["png", "jpg"]);
    const file = `${random.pick(names)}/${number}.${format}`;
    const shot = { camera: number % cameraIds.length, file };
    const seen = things.filter(() => random.next() < 0.4);
    if (number % 6 === 2)
      yield { ...shot, bytes: Buffer.from(`no picture ${number}`), kind: "image, no picture" };
    else if (number % 6 === 5)
      yield {
        ...{ ...shot, kind: "image, too small" },
        bytes: drawPicture({ things: seen, format, width: 40, height: 30 }),
      };
    else yield { ...shot, bytes: drawPicture({ things: seen, format }), kind: "image" };
  }
}

/** Registers a camera: a thing with a certificate that may use the role alias. */
export async function addCamera(
  { iotCore, clients }: Pick<Platform, "iotCore" | "clients">,
  { devicePolicyName, of }: StackOutputs,
  deviceId: string,
): Promise<Camera> {
  const {
    imagesBucket: bucket = "",
    imagesPrefix: prefix = "",
    roleAlias = "",
    cameraPolicyName = "",
  } = of["camera-to-rekognition"] ?? {};
  return createCamera({
    ...{ clients, deviceId, roleAlias, bucket, prefix },
    credentialsEndpoint: iotCore.credentialsEndpoint,
    credentials: await iotCore.addThing(deviceId, [devicePolicyName, cameraPolicyName]),
  });
}

export interface UploadArgs {
  cameras: readonly Camera[];
  shots: Iterable<Shot>;
  most: number;
  /** In ms. */
  pause: number;
  onUploaded: (upload: Upload) => void;
  /** Stops uploading. */
  stopping: AbortSignal;
}

/** Uploads images, one after the other. */
export async function uploadAll(args: UploadArgs): Promise<void> {
  const { cameras, shots, most, pause, onUploaded, stopping } = args;
  let uploaded = 0;
  for (const { camera: nth, file, bytes, kind } of shots) {
    if (uploaded >= most || stopping.aborted) return;
    const camera = cameras[nth];
    if (!camera) throw new Error(`There is no camera ${nth}.`);
    const { deviceId } = camera;
    onUploaded({ ...(await camera.upload(file, bytes)), deviceId, kind });
    uploaded += 1;
    if (pause > 0) await wait(pause, undefined, { signal: stopping }).catch(() => undefined);
  }
}
