import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** Destinations that are not S3, and where each says what to keep of what it could not deliver. */
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
  displayName: "Delivery streams keep what they cannot deliver",
  description: "A delivery stream writes what it could not deliver or convert to a bucket.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Firehose to S3 keeps failed records under a default prefix.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Set s3Configuration in the destination's configuration and s3BackupMode to the failed data at least; for S3 set errorOutputPrefix.",
  url: "https://docs.aws.amazon.com/firehose/latest/dev/retry.html",
  types: ["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"],
  check({ inputs }, report) {
    for (const name of destinations) {
      const destination = inputs.at(name);
      if (destination.given && !destination.at("s3Configuration", "bucketArn").given)
        report(`Drops what it cannot deliver: set ${name}.s3Configuration.`);
    }
    const s3 = inputs.at("extendedS3Configuration");
    if (s3.given && !s3.at("errorOutputPrefix").given)
      report(
        "Mixes what it could not process with what it could: set extendedS3Configuration.errorOutputPrefix.",
      );
  },
};
