import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { parquetReadObjects } from "hyparquet";

/** A row of the data lake, by column. */
export type LakeRow = Record<string, unknown>;

/** Rows by bucket and key: Firehose never writes an object again. */
const read = new Map<string, LakeRow[]>();

export interface LakeObjects {
  bucket: string;
  prefix: string;
  /** Leaves out objects that were written before, in ms since the epoch. @default 0: none */
  since?: number;
}

/** Every row in the Parquet objects below a prefix, read from their bytes: independent of Athena and of the delivery stream. */
export async function rowsIn(
  s3: S3Client,
  { bucket: Bucket, prefix: Prefix, since = 0 }: LakeObjects,
): Promise<LakeRow[]> {
  const rows: LakeRow[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }))
    for (const { Key = "", ETag = "", LastModified } of Contents) {
      if (LastModified !== undefined && LastModified.getTime() < since) continue;
      const id = `${Bucket}/${Key}/${ETag}`;
      const known = read.get(id);
      const own = known ?? (await objectRows(s3, Bucket, Key));
      if (!known) read.set(id, own);
      rows.push(...own);
    }
  return rows;
}

async function objectRows(s3: S3Client, Bucket: string, Key: string): Promise<LakeRow[]> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
  const { buffer, byteOffset, byteLength } = bytes;
  const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  return parquetReadObjects({ file });
}
