import type { asset } from "@pulumi/pulumi";
import { unzipSync } from "fflate";
import { pack } from "../local/services/lambda/archive";
import { atMost, type Measurement } from "./line";
import { directory, functions } from "./program";

/** The archive of a function as it is uploaded. */
export interface Archive {
  name: string;
  zip: Uint8Array;
  files: Record<string, Uint8Array>;
}

let packed: Promise<Archive[]> | undefined;

/** The archives of all functions, packed at the first call. */
export const archives = (): Promise<Archive[]> => (packed ??= packAll());

async function packAll(): Promise<Archive[]> {
  return Promise.all(
    (await functions()).map(async ({ name, plain }) => {
      const zip = await pack(plain.code as asset.AssetArchive, directory);
      return { name, zip, files: unzipSync(zip) };
    }),
  );
}

/** Measures the size of the archives, and whether they contain the SDK, which Lambda's runtime has. */
export const zipSizes: Measurement = async () => {
  const all = await archives();
  const [largest] = [...all].sort((a, b) => b.zip.length - a.zip.length);
  const withSdk = all.filter(({ files }) =>
    Object.keys(files).some((file) => /node_modules\/(@aws-sdk|@smithy|aws-sdk)\//.test(file)),
  );
  return [
    atMost(
      `function zip: the largest of ${all.length}, ${largest?.name ?? "none"}`,
      (largest?.zip.length ?? 0) / 1000,
      250,
      "KB",
    ),
    atMost("function zip: with AWS's SDK inside", withSdk.length, 0, "functions"),
  ];
};
