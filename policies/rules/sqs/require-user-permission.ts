import { wellArchitected } from "../../frameworks";
import { accessIn } from "../../iam/access";
import type { StackRule } from "../../rule";
import { physicalName } from "../../stack/names";
import { queuesNamedBy, queueUsers, roleOfUser } from "../../stack/queue-users";
import { arnOf, whereaboutsOf } from "../../stack/whereabouts";
import { decided } from "../iam/require-delivery";

/** What code may do with a queue; one of them is sufficient. */
const uses = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:GetQueueAttributes"];

/** Code that sets messages aside sends to a queue that its environment names; no other rule reads code. */
export const requireUserPermission: StackRule = {
  name: "sqs-queue-require-user-permission",
  displayName: "Functions and containers may use the queues that their environment names",
  description:
    "The role of every function and task allows sending to, or reading from, each queue that an environment variable of it names.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Code may name a queue without calling it.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Allow sqs:SendMessage on the queue to the role of the function or task, or remove the environment variable.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html",
  checkStack(stack, report) {
    const where = whereaboutsOf(stack);
    if (!where) return;
    const access = accessIn(stack, where);
    for (const user of queueUsers(stack)) {
      const role = roleOfUser(stack, user);
      if (!role) continue;
      for (const queue of queuesNamedBy(stack, user)) {
        const name = physicalName(queue);
        const arn = name === undefined ? undefined : arnOf("queue", name, where);
        if (arn === undefined) continue;
        const obstacles = uses.map((action) =>
          decided(() => {
            const asked = { deliverer: { role }, action, arn, resource: queue };
            return [access.refusal(asked) ?? []].flat();
          }),
        );
        if (obstacles.every(({ length }) => length > 0))
          report(
            user,
            `Has the URL of queue '${queue.name}', and cannot use it: ${obstacles.flat()[0]}.`,
          );
      }
    }
  },
};
