import { allow, type Statement } from "../policy-document";
import type { PrivateBucket } from "../private-bucket";
import type { LakeTable } from "./lake-table";
import type { QueryWorkgroup } from "./query-workgroup";

/** A table of readings, and how it is queried. */
export interface Lake {
  bucket: PrivateBucket;
  /** The prefix of the readings in the bucket. */
  prefix: string;
  table: LakeTable;
  workgroup: QueryWorkgroup;
}

/** The statements that allow a role to query the readings, and to read and write the results. */
export const readLake = ({ bucket, prefix, table, workgroup }: Lake): Statement[] => [
  ...workgroup.queryStatements(),
  table.schemaStatement([
    "glue:GetDatabase",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
  ]),
  allow("FindReadings", ["s3:GetBucketLocation", "s3:ListBucket"], bucket.arn),
  allow("ReadReadings", "s3:GetObject", bucket.objects(prefix)),
];
