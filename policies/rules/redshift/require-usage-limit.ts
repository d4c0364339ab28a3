import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import type { Resource } from "../../stack/resource";

export const requireUsageLimit: StackRule = {
  name: "redshift-workgroup-require-usage-limit",
  displayName: "Serverless workgroups act at a usage limit",
  description:
    "Every Redshift Serverless workgroup has a limit of compute usage at which Redshift stops queries or emits a metric.",
  area: "cost",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "A workgroup without a limit costs money but loses no data.",
  },
  framework: wellArchitected.costEstimate,
  remediationSteps:
    "Create an aws.redshiftserverless.UsageLimit with the ARN of the workgroup, usageType serverless-compute, and breachAction deactivate or emit-metric; the default of breachAction is log.",
  url: "https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_CreateUsageLimit.html",
  checkStack(stack, report) {
    const limits = stack
      .of("aws:redshiftserverless/usageLimit:UsageLimit")
      .filter(({ inputs }) => inputs.at("usageType").peek() === "serverless-compute");
    for (const workgroup of stack.of("aws:redshiftserverless/workgroup:Workgroup")) {
      const own = limits.filter((limit) => limit.sourcesOf("resourceArn").includes(workgroup));
      const [first] = own;
      if (!first)
        report(
          workgroup,
          "No usage limit restricts the compute of this workgroup: create an aws.redshiftserverless.UsageLimit with its ARN.",
        );
      else if (own.every(onlyLogs))
        report(
          workgroup,
          `The usage limit of this workgroup only writes to a log: set breachAction of '${first.name}' to deactivate or emit-metric.`,
        );
    }
  },
};

const onlyLogs = ({ inputs }: Resource): boolean => {
  const action = inputs.at("breachAction");
  return action.isKnown() && (action.peek() ?? "log") === "log";
};
