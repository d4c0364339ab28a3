import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import type { Clients } from "../../../../local/aws/clients";
import { next } from "./names";

export interface Bucket {
  name: string;
  arn: string;
  put(key: string, text: string): Promise<void>;
  objects(): Promise<Map<string, string>>;
}

export interface Buckets {
  bucket(): Promise<Bucket>;
}

export function createBuckets(clients: Clients): Buckets {
  const s3 = clients.get(S3Client);

  return {
    async bucket() {
      const name = next("bucket");
      await s3.send(new CreateBucketCommand({ Bucket: name }));
      return {
        name,
        arn: `arn:aws:s3:::${name}`,
        async put(Key, Body) {
          await s3.send(new PutObjectCommand({ Bucket: name, Key, Body }));
        },
        async objects() {
          const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: name }));
          const objects = new Map<string, string>();
          for (const { Key = "" } of Contents) {
            const { Body } = await s3.send(new GetObjectCommand({ Bucket: name, Key }));
            objects.set(Key, (await Body?.transformToString()) ?? "");
          }
          return objects;
        },
      };
    },
  };
}
