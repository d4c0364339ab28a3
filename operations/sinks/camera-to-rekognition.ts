import { referenceTo } from "../../functions/camera-to-rekognition/image";
import { itemsIn } from "./readings";
import type { Search, Sink } from "./search";

/** A version of an image, by which it is found in the table of labels and in queues. */
export interface ImageVersion {
  bucket: string;
  key: string;
  versionId?: string;
}

/** How the table of labels and reports name a version. */
export const imageName = ({ key, versionId = "" }: Omit<ImageVersion, "bucket">): string =>
  `${key}@${versionId}`;

/** The bytes that stand for an image in a quarantine. */
export const imageReference = (image: ImageVersion): Buffer =>
  referenceTo({ ...image, deviceId: "", uploadedAt: 0, size: 0 });

/** The names of all images whose labels are in the table. */
export async function analysedImages({
  clients,
  outputs,
}: Pick<Search, "clients" | "outputs">): Promise<Set<string>> {
  const TableName = outputs.of["camera-to-rekognition"]?.labelsTable;
  const names = new Set<string>();
  for await (const { key, versionId } of itemsIn(clients.dynamodb, { TableName }))
    names.add(imageName({ key: key?.S ?? "", versionId: versionId?.S }));
  return names;
}

/** It has no readings: a camera uploads images, which a device of the verification does not. */
export const sink: Sink = {
  channel: "images",
  expects: () => false,
  stored: () => Promise.resolve(new Set()),
  sharedFailures: [],
  tables: [],
  unseen: () => "images, which cameras upload; upload one and look for it in the table of labels",
};
