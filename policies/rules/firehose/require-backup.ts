import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** Destinations other than Amazon S3; each has an s3Configuration for failed records. */
const destinations = [
  "elasticsearchConfiguration",
  "httpEndpointConfiguration",
  "icebergConfiguration",
  "opensearchConfiguration",
  "opensearchserverlessConfiguration",
  "redshiftConfiguration",
  "snowflakeConfiguration",
  "splunkConfiguration",
];

export const requireBackup: ResourceRule = {
  name: "firehose-stream-require-backup",
  displayName: "Delivery streams retain failed records",
  description:
    "Every delivery stream writes records that it cannot deliver or convert to a bucket.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "A delivery stream to Amazon S3 writes failed records under a default prefix.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set s3Configuration in the destination's configuration and set s3BackupMode to include at least the failed data; for Amazon S3 set errorOutputPrefix.",
  url: "https://docs.aws.amazon.com/firehose/latest/dev/retry.html",
  types: ["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"],
  check({ inputs }, report) {
    for (const name of destinations) {
      const destination = inputs.at(name);
      if (destination.given && !destination.at("s3Configuration", "bucketArn").given)
        report(`Discards data that it cannot deliver: set ${name}.s3Configuration.`);
    }
    const s3 = inputs.at("extendedS3Configuration");
    if (s3.given && !s3.at("errorOutputPrefix").given)
      report(
        "Writes failed records under the default error prefix: set extendedS3Configuration.errorOutputPrefix.",
      );
  },
};
