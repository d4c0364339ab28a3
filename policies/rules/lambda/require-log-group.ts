import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgeAssociations } from "../../stack/edge-functions";

/**
 * The copies of a function at the edge log under the region that they are copied from.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-logs.html
 */
const copies = "/aws/lambda/us-east-1.";

/** Lambda creates a missing log group without a retention period, and the program does not delete it. */
export const requireLogGroup: StackRule = {
  name: "lambda-function-require-log-group",
  displayName: "Functions log to a log group of the program",
  description: "Every function has a log group that the program creates.",
  area: "cost",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "Lambda creates a missing log group automatically.",
  },
  framework: wellArchitected.dataRetention,
  remediationSteps:
    "Create an aws.cloudwatch.LogGroup with retentionInDays, and set loggingConfig.logGroup to its name or name it /aws/lambda/ followed by the function name.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html",
  checkStack(stack, report) {
    const atEdge = new Set(edgeAssociations(stack).map((one) => one.function));
    for (const lambda of stack.of("aws:lambda/function:Function")) {
      const given = lambda.inputs.at("loggingConfig", "logGroup");
      const [place, prefix] = given.given
        ? [given, ""]
        : [lambda.inputs.at("name"), atEdge.has(lambda) ? copies : "/aws/lambda/"];
      if (!place.isKnown()) continue;
      const text = place.text();
      const group = text && `${prefix}${text}`;
      if (!(group && stack.named(`log group ${group}`)))
        report(
          lambda,
          `Logs to ${group ?? "a log group named after the function"}, which this program does not create: create the log group and set retentionInDays.`,
        );
    }
  },
};
