import { without, having } from "./breaking";
import { type Breaker } from "../sabotage";

export const ofStores: Breaker[] = [
  without("aws:kinesis/stream:Stream", "encryptionType", ["kinesis-stream-require-encryption"]),
  without("aws:kinesis/stream:Stream", "streamModeDetails", ["kinesis-stream-require-on-demand"]),
  without("aws:dynamodb/table:Table", "billingMode", ["dynamodb-table-require-on-demand"]),
  without("aws:dynamodb/table:Table", "pointInTimeRecovery", ["dynamodb-table-require-recovery"]),
  having("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "restrictPublicBuckets", false, [
    "s3-bucket-require-public-access-block",
  ]),
  {
    what: "is not there",
    type: "aws:s3/bucketPolicy:BucketPolicy",
    change: () => "gone",
    rules: ["aws-resource-require-tls"],
  },
];
