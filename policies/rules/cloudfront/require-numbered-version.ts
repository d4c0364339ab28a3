import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgeAssociations } from "../../stack/edge-functions";

export const requireNumberedVersion: StackRule = {
  name: "cloudfront-distribution-require-numbered-version",
  displayName: "Distributions call numbered versions of functions",
  description: "A distribution names a published, numbered version of a function at the edge.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "CloudFront refuses such a distribution itself, and nothing is lost.",
  },
  framework: wellArchitected.failFast,
  remediationSteps:
    "Set publish: true on the function, and lambdaArn to its qualifiedArn instead of its arn.",
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html",
  checkStack(stack, report) {
    for (const { distribution, arn, function: found } of edgeAssociations(stack)) {
      if (found && found.inputs.at("publish").flag() !== true)
        report(
          found,
          `Publishes no version, and distribution ${distribution.name} needs one: set publish to true.`,
        );
      if (!arn.given || arn.isUnknown) continue;
      const text = String(arn.knownPart());
      if (!/:function:[^:]+:\d+$/.test(text))
        report(
          distribution,
          `Calls ${text}, which is no numbered version: set lambdaArn to the qualifiedArn of a published version.`,
        );
    }
  },
};
