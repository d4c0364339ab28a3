import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { serviceTypes } from "../../stack/containers";

/** A metric that a service reports is missing when no task lives: an alarm that waits for values stays silent. */
export const requireBreachingAlarm: StackRule = {
  name: "ecs-service-require-breaching-alarm",
  displayName: "Services without a task raise an alarm",
  description:
    "Every service has an alarm on a metric with its name as a dimension that fires when there are no data.",
  area: "monitoring",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "A service none of whose tasks starts looks healthy to every other alarm.",
  },
  framework: wellArchitected.notify,
  remediationSteps:
    "Create an aws.cloudwatch.MetricAlarm on a metric that the tasks report by ServiceName, and set treatMissingData to breaching.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html",
  checkStack(stack, report) {
    const alarmed = new Set(
      stack
        .of("aws:cloudwatch/metricAlarm:MetricAlarm")
        .filter(({ inputs }) => inputs.at("treatMissingData").text() === "breaching")
        .map(({ inputs }) => inputs.at("dimensions", "ServiceName").text()),
    );
    for (const service of stack.of(...serviceTypes)) {
      const name = service.inputs.at("name").text();
      if (name !== undefined && !alarmed.has(name))
        report(
          service,
          "Raises no alarm when none of its tasks runs: create an alarm by ServiceName with treatMissingData breaching.",
        );
    }
  },
};
