import { setAsideQueues } from "../../monitoring/surfaces";
import { watchedIn } from "../../monitoring/watched";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { nameOf } from "../../stack/names";
import type { Resource } from "../../stack/resource";

const depth = "ApproximateNumberOfMessagesVisible";

/** NumberOfMessagesSent does not count redriven messages, so it would stay at zero. */
export const requireDepthAlarm: StackRule = {
  name: "sqs-queue-require-depth-alarm",
  displayName: "Queues for failed messages have a depth alarm",
  description:
    "Every queue that receives failed messages has an alarm that fires at the first visible message.",
  area: "monitoring",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Some programs use monitoring other than alarms in the same stack.",
  },
  framework: wellArchitected.notify,
  remediationSteps: `Create an alarm on AWS/SQS ${depth} of the queue, GreaterThanThreshold 0, over one period.`,
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
          `No alarm detects failed messages in this queue: create an alarm on ${depth}.`,
        );
      else if (!alarms.some(({ alarm }) => tellsOfFirst(alarm)))
        report(
          queue,
          `No alarm detects the first failed message in this queue: set '${first.alarm.name}' to GreaterThanThreshold 0.`,
        );
    }
  },
};

/** True for an alarm that stays OK while the queue is empty, and fires at one message. */
function tellsOfFirst({ inputs }: Resource): boolean {
  const [comparison, threshold] = [inputs.at("comparisonOperator"), inputs.at("threshold")];
  // An unknown value has already been recorded.
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
