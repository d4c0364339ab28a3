import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";

/** Lambda makes a log group by itself where there is none: without retention, and left behind by the program. */
export const requireLogGroup: StackRule = {
  name: "lambda-function-require-log-group",
  displayName: "Functions log to a group of the program's",
  description: "Every function has a log group that the program makes.",
  area: "cost",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "Lambda creates the log group by itself.",
  },
  framework: wellArchitected.dataRetention,
  remediationSteps:
    "Make an aws.cloudwatch.LogGroup with retentionInDays, and name it in loggingConfig.logGroup or call it /aws/lambda/ and the function's name.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html",
  checkStack(stack, report) {
    for (const lambda of stack.of("aws:lambda/function:Function")) {
      const given = lambda.inputs.at("loggingConfig", "logGroup");
      const [place, prefix] = given.given
        ? [given, ""]
        : [lambda.inputs.at("name"), "/aws/lambda/"];
      if (!place.isKnown()) continue;
      const text = place.text();
      const group = text && `${prefix}${text}`;
      if (!(group && stack.named(`log group ${group}`)))
        report(
          lambda,
          `Logs to ${group ?? "a group called after it"}, which this program does not make: make it, with a retention.`,
        );
    }
  },
};
