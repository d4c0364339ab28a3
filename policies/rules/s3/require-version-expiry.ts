import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";

const versioning = "aws:s3/bucketVersioning:BucketVersioning";
const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

/** In a bucket with versions, deleting or overwriting an object keeps its bytes as an earlier version, which is billed. */
export const requireVersionExpiry: StackRule = {
  name: "s3-bucket-require-version-expiry",
  displayName: "Earlier versions of objects expire",
  description: "Every bucket with versions has a lifecycle rule that deletes earlier versions.",
  area: "cost",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Some buckets keep every version on purpose.",
  },
  framework: wellArchitected.dataRetention,
  remediationSteps:
    "Add noncurrentVersionExpiration to an enabled rule of the aws.s3.BucketLifecycleConfiguration of the bucket.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html",
  checkStack(stack, report) {
    const expiring = stack
      .of(lifecycle)
      .filter((one) =>
        one.inputs
          .at("rules")
          .items()
          .some(
            (rule) =>
              rule.at("status").text() === "Enabled" &&
              rule.at("noncurrentVersionExpiration").keys().length > 0,
          ),
      )
      .map((one) => stack.referredTo(one, one.inputs.at("bucket"), "bucket"));
    for (const one of stack.of(versioning)) {
      if (one.inputs.at("versioningConfiguration").at("status").text() !== "Enabled") continue;
      const bucket = stack.referredTo(one, one.inputs.at("bucket"), "bucket");
      if (bucket && !expiring.includes(bucket))
        report(
          one,
          `Keeps every earlier version of '${bucket.name}' for ever: add noncurrentVersionExpiration to its lifecycle.`,
        );
    }
  },
};
