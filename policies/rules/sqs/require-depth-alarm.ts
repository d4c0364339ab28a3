import { firesAboveSome, firesAtFirst } from "../../monitoring/first";
import { watchesGrowth } from "../../monitoring/growth";
import { isQuarantine, setAsideQueues } from "../../monitoring/surfaces";
import { watchedIn } from "../../monitoring/watched";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { physicalName } from "../../stack/names";

const depth = "ApproximateNumberOfMessagesVisible";

/** NumberOfMessagesSent does not count redriven messages, so it would stay at zero. */
export const requireDepthAlarm: StackRule = {
  name: "sqs-queue-require-depth-alarm",
  displayName: "Queues for failed messages have a depth alarm",
  description:
    "Every queue that receives failed messages has an alarm that fires at the first visible message; for a quarantine, any number of messages may be tolerated.",
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
      ({ alarm, namespace, metric }) =>
        namespace === "AWS/SQS" && metric === depth && !watchesGrowth(alarm),
    );
    for (const queue of setAsideQueues(stack)) {
      const name = physicalName(queue);
      if (name === undefined) continue;
      const alarms = watched.filter(({ dimensions }) => dimensions.QueueName === name);
      const fires = isQuarantine(queue) ? firesAboveSome : firesAtFirst;
      const [first] = alarms;
      if (!first)
        report(
          queue,
          `No alarm detects failed messages in this queue: create an alarm on ${depth}.`,
        );
      else if (!alarms.some(({ alarm }) => fires(alarm)))
        report(
          queue,
          `No alarm detects the first failed message in this queue: set '${first.alarm.name}' to GreaterThanThreshold 0.`,
        );
    }
  },
};
