import { wellArchitected } from "../../frameworks";
import { accessIn } from "../../iam/access";
import type { StackRule } from "../../rule";
import { nameOf } from "../../stack/names";
import type { Resource } from "../../stack/resource";
import type { Stack } from "../../stack/stack";
import { arnOf, whereaboutsOf } from "../../stack/whereabouts";
import { decided } from "../iam/require-delivery";

const queueType = "aws:sqs/queue:Queue";

/** What a function may do with a queue; one of them is sufficient. */
const uses = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:GetQueueAttributes"];

/** A function that sets messages aside sends by its code, which no other rule reads. Its environment names the queue. */
export const requireQueuePermission: StackRule = {
  name: "lambda-function-require-queue-permission",
  displayName: "Functions may use the queues that their environment names",
  description:
    "The role of every function allows sending to, or reading from, each queue that an environment variable of the function names.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "A function may name a queue without calling it.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Allow sqs:SendMessage on the queue to the role of the function, or remove the environment variable.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html",
  checkStack(stack, report) {
    const where = whereaboutsOf(stack);
    if (!where) return;
    const access = accessIn(stack, where);
    for (const user of stack.of("aws:lambda/function:Function")) {
      const role = stack.referredTo(user, user.inputs.at("role"), "role");
      if (!role) continue;
      for (const queue of queuesOf(stack, user)) {
        const name = nameOf(queue)?.slice("queue ".length);
        const arn = name === undefined ? undefined : arnOf("queue", name, where);
        if (arn === undefined) continue;
        const obstacles = uses.map((action) =>
          decided(() => {
            const asked = { deliverer: { role }, action, arn, resource: queue };
            const refusal = access.refusal(asked);
            return refusal ? [refusal] : [];
          }),
        );
        const [[first] = []] = obstacles;
        if (first !== undefined && obstacles.every(({ length }) => length > 0))
          report(user, `Has the URL of queue '${queue.name}', and cannot use it: ${first}.`);
      }
    }
  },
};

function queuesOf(stack: Stack, user: Resource): Set<Resource> {
  const variables = user.inputs.at("environment", "variables");
  const named = variables
    .keys()
    .flatMap((name) => stack.referredTo(user, variables.at(name), "queue") ?? []);
  const sources = user.sourcesOf("environment");
  return new Set([...named, ...sources].filter(({ type }) => type === queueType));
}
