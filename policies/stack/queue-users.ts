import { containersOf, taskDefinitionType } from "./containers";
import type { Resource } from "./resource";
import type { Stack } from "./model";

const queueType = "aws:sqs/queue:Queue";

/** The input with the role of the code, by the resource type of what runs it. */
const roleInputs: Readonly<Record<string, string>> = {
  "aws:lambda/function:Function": "role",
  [taskDefinitionType]: "taskRoleArn",
};

/** What runs code of the program: functions, and tasks with containers. */
export const queueUsers = (stack: Stack): Resource[] =>
  Object.keys(roleInputs).flatMap((type) => stack.of(type));

export const roleOfUser = (stack: Stack, user: Resource): Resource | undefined =>
  stack.referredTo(user, user.inputs.at(roleInputs[user.type] ?? ""), "role");

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
