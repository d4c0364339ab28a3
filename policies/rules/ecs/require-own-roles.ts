import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { taskDefinitionType } from "../../stack/containers";

export const requireOwnRoles: ResourceRule = {
  name: "ecs-task-require-own-roles",
  displayName: "Containers and Amazon ECS have roles of their own",
  description:
    "The role with which Amazon ECS pulls images and writes logs is not the role of the containers.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Code in the container gets permissions that only Amazon ECS needs.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps: "Set executionRoleArn and taskRoleArn to two roles.",
  url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html",
  types: [taskDefinitionType],
  check({ inputs }, report) {
    const [execution, task] = [inputs.at("executionRoleArn"), inputs.at("taskRoleArn")];
    if (execution.text() !== undefined && execution.text() === task.text())
      report(
        "Gives its containers the role of Amazon ECS: set executionRoleArn and taskRoleArn to two roles.",
      );
  },
};
