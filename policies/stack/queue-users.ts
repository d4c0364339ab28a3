import { containersOf, taskDefinitionType } from "./containers";
import type { Resource } from "./resource";
import type { Stack } from "./model";

const queueType = "aws:sqs/queue:Queue";

/** What runs code of the program: functions, and tasks with containers. */
export const queueUsers = (stack: Stack): Resource[] =>
  stack.of("aws:lambda/function:Function", taskDefinitionType);

/** The role of the code, which is not the role with which ECS starts a task. */
export const roleOfUser = (stack: Stack, user: Resource): Resource | undefined => {
  const input = user.type === taskDefinitionType ? "taskRoleArn" : "role";
  return stack.referredTo(user, user.inputs.at(input), "role");
};

/** The queues that the environment of code names. */
export function queuesNamedBy(stack: Stack, user: Resource): Set<Resource> {
  const variables = user.inputs.at("environment", "variables");
  const values = [
    ...variables.keys().map((name) => variables.at(name)),
    ...containersOf(user).flatMap(({ container }) =>
      container
        .at("environment")
        .items()
        .map((variable) => variable.at("value")),
    ),
  ];
  const named = values.flatMap((value) => stack.referredTo(user, value, "queue") ?? []);
  const sources = ["environment", "containerDefinitions"].flatMap((input) => user.sourcesOf(input));
  return new Set([...named, ...sources].filter(({ type }) => type === queueType));
}
