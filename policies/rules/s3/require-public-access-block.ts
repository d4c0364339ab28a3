import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";

const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const flags = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

export const requirePublicAccessBlock: StackRule = {
  name: "s3-bucket-require-public-access-block",
  displayName: "Buckets cannot become public",
  description: "Every bucket has a public access block with all four settings enabled.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "New buckets block public access by default.",
  },
  framework: wellArchitected.crossAccount,
  remediationSteps: `Create an aws.s3.BucketPublicAccessBlock for the bucket with ${flags.join(", ")}: true.`,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  checkStack(stack, report) {
    const blocks = stack
      .of(block)
      .map((one) => [stack.referredTo(one, one.inputs.at("bucket"), "bucket"), one] as const);
    for (const bucket of stack.of("aws:s3/bucket:Bucket")) {
      const own = blocks.find(([of]) => of === bucket)?.[1];
      if (!own) {
        report(bucket, "Has no public access block: create an aws.s3.BucketPublicAccessBlock.");
        continue;
      }
      const off = flags.filter((flag) => {
        const place = own.inputs.at(flag);
        return place.isKnown() && place.flag() !== true;
      });
      if (off.length > 0)
        report(
          bucket,
          `Has an incomplete public access block: set ${off.join(", ")} to true on '${own.name}'.`,
        );
    }
  },
};
