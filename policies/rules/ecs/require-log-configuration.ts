import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { containersOf, taskDefinitionType } from "../../stack/containers";

export const requireLogConfiguration: ResourceRule = {
  name: "ecs-task-require-log-configuration",
  displayName: "Containers keep their logs",
  description: "Every container of a task has a log configuration.",
  area: "monitoring",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "On AWS Fargate, the output of a container without a log configuration is lost.",
  },
  framework: wellArchitected.monitorAll,
  remediationSteps: "Set logConfiguration with the driver awslogs and a log group.",
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
  types: [taskDefinitionType],
  check(resource, report) {
    for (const { name, container } of containersOf(resource))
      if (!container.at("logConfiguration", "logDriver").given)
        report(`Container ${name} keeps no log: set logConfiguration.`);
  },
};
