import { setAsideQueues } from "../../monitoring/surfaces";
import { watchedIn } from "../../monitoring/watched";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { nameOf } from "../../stack/names";
import type { Resource } from "../../stack/resource";

const depth = "ApproximateNumberOfMessagesVisible";

/** What is redriven does not count as sent, hence NumberOfMessagesSent would stay at zero. */
export const requireDepthAlarm: StackRule = {
  name: "sqs-queue-require-depth-alarm",
  displayName: "Queues for failed messages have a depth alarm",
  description:
    "A queue in which messages are set aside has an alarm on its first message, by the number that are visible.",
  area: "monitoring",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Some programs monitor by other means than alarms in the same stack.",
  },
  framework: wellArchitected.notify,
  remediationSteps: `Make an alarm on AWS/SQS ${depth} of the queue, GreaterThanThreshold 0, over one period.`,
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/dead-letter-queues-alarms-cloudwatch.html",
  checkStack(stack, report) {
    const watched = watchedIn(stack).filter(
      ({ namespace, metric }) => namespace === "AWS/SQS" && metric === depth,
    );
    for (const queue of setAsideQueues(stack)) {
      const name = nameOf(queue)?.slice("queue ".length);
      if (name === undefined) continue;
      const alarms = watched.filter(({ dimensions }) => dimensions.QueueName === name);
      const [first] = alarms;
      if (!first)
        report(
          queue,
          `No alarm fires when a message is set aside here: create an alarm on ${depth}.`,
        );
      else if (!alarms.some(({ alarm }) => tellsOfFirst(alarm)))
        report(
          queue,
          `No alarm fires at the first message that is set aside here: let '${first.alarm.name}' fire at GreaterThanThreshold 0.`,
        );
    }
  },
};

/** True of an alarm that is silent while the queue is empty, and fires at one message. */
function tellsOfFirst({ inputs }: Resource): boolean {
  const [comparison, threshold] = [inputs.at("comparisonOperator"), inputs.at("threshold")];
  // What is not known yet has been noted as such.
  if (!comparison.isKnown() || !threshold.isKnown()) return true;
  const level = threshold.number() ?? 0;
  switch (comparison.text()) {
    case "GreaterThanThreshold":
      return level >= 0 && level < 1;
    case "GreaterThanOrEqualToThreshold":
      return level > 0 && level <= 1;
    default:
      return false;
  }
}
