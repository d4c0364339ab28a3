import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import type { World } from "./world";

/** The texts of the objects in a bucket, by key. */
export async function storedIn(
  { platform }: World,
  Bucket: string | undefined,
): Promise<Map<string, string>> {
  const s3 = platform.clients.get(S3Client);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  const texts = await Promise.all(
    Contents.map(async ({ Key = "" }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return [Key, (await Body?.transformToString()) ?? ""] as const;
    }),
  );
  return new Map(texts);
}
