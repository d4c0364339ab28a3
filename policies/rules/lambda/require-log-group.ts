import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";

/** Lambda makes a log group by itself where there is none: without retention, and left behind by the program. */
export const requireLogGroup: StackRule = {
  name: "lambda-function-require-log-group",
  displayName: "Functions log to a group of the program's",
  description: "Every function has a log group that the program makes.",
  area: "cost",
  severity: "low",
  framework: wellArchitected.dataRetention,
  remediationSteps:
    "Make an aws.cloudwatch.LogGroup with retentionInDays, and name it in loggingConfig.logGroup or call it /aws/lambda/ and the function's name.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html",
  checkStack(stack, report) {
    for (const lambda of stack.of("aws:lambda/function:Function")) {
      const group = lambda.inputs.at("loggingConfig", "logGroup");
      const name = lambda.inputs.at("name");
      if (!group.isKnown() || (!group.given && !name.isKnown())) continue;
      const text = group.text() ?? (name.given ? `/aws/lambda/${name.text() ?? ""}` : undefined);
      if (text === undefined || !stack.named(`log group ${text}`))
        report(
          lambda,
          `Logs to ${text ?? "a group called after it"}, which this program does not make: make it, with a retention.`,
        );
    }
  },
};
