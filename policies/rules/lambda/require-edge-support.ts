import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgeAssociations } from "../../stack/edge-functions";
import type { Place } from "../../stack/place";

/** CloudFront refuses such a function when the distribution is created, which is after everything before it was created. */
export const requireEdgeSupport: StackRule = {
  name: "lambda-function-require-edge-support",
  displayName: "Functions at the edge have what Lambda@Edge supports",
  description:
    "A function that a distribution calls is in us-east-1, on x86_64, within CloudFront's limits, and without the features that Lambda@Edge lacks.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "CloudFront refuses such a distribution itself, and nothing is lost.",
  },
  framework: wellArchitected.failFast,
  remediationSteps:
    "Set region us-east-1, architectures x86_64 and a timeout and memory within the limits of the event; leave out environment, vpcConfig, layers, deadLetterConfig, tracing, kmsKeyArn and ephemeralStorage over 512 MB. Write settings into the archive.",
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html",
  checkStack(stack, report) {
    for (const { eventType, function: found } of edgeAssociations(stack)) {
      if (!found) continue;
      const { inputs } = found;
      for (const [input, what] of Object.entries(lacking))
        if (isGiven(inputs.at(...input.split("."))))
          report(found, `Has ${input}, and functions at the edge have no ${what}: leave it out.`);
      const region = inputs.at("region");
      if (!region.given)
        report.undecided(
          found,
          "Names no region, and functions at the edge are in us-east-1: set region, unless the whole stack is there.",
        );
      else if (region.isKnown() && region.text() !== "us-east-1")
        report(
          found,
          `Is in ${region.text()}, and functions at the edge are in us-east-1: set region.`,
        );
      const [processor = "x86_64"] = inputs.at("architectures").texts();
      if (processor !== "x86_64")
        report(found, `Runs on ${processor}, and functions at the edge run on x86_64.`);
      if ((inputs.at("ephemeralStorage", "size").number() ?? 512) > 512)
        report(found, "Has more than 512 MB of ephemeral storage: leave ephemeralStorage out.");
      const { timeout, memory } = limits[eventType.startsWith("viewer") ? "viewer" : "origin"];
      if ((inputs.at("timeout").number() ?? 0) > timeout)
        report(
          found,
          `Has a timeout over the ${timeout} s that CloudFront allows at ${eventType}.`,
        );
      if ((inputs.at("memorySize").number() ?? 0) > memory)
        report(found, `Has memory over the ${memory} MB that CloudFront allows at ${eventType}.`);
    }
  },
};

/** Seconds and megabytes. @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-lambda-at-edge */
const limits = {
  viewer: { timeout: 5, memory: 128 },
  origin: { timeout: 30, memory: 10_240 },
};

/** Inputs that CloudFront refuses. */
const lacking = {
  environment: "environment variables",
  vpcConfig: "VPC",
  layers: "layers",
  deadLetterConfig: "dead-letter queue",
  kmsKeyArn: "key of the customer's own",
  imageUri: "container image",
};

/** An empty list or object is nothing. */
const isGiven = (place: Place): boolean =>
  place.given && (place.isUnknown || place.text() !== undefined || place.members().length > 0);
