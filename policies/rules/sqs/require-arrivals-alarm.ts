import { firesAboveSome, firesAtFirst } from "../../monitoring/first";
import { watchesGrowth } from "../../monitoring/growth";
import { isQuarantine, setAsideQueues } from "../../monitoring/surfaces";
import { watchedIn, type Watched } from "../../monitoring/watched";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf } from "../../stack/edges";
import { physicalName } from "../../stack/names";

const depth = "ApproximateNumberOfMessagesVisible";
const sent = "NumberOfMessagesSent";

/** An alarm on the depth stays in ALARM while one message is left, so CloudWatch sends no notification for later messages. */
export const requireArrivalsAlarm: StackRule = {
  name: "sqs-queue-require-arrivals-alarm",
  displayName: "Queues for failed messages have an alarm on arrivals",
  description:
    "Every queue that receives failed messages has an alarm that fires again when more messages arrive.",
  area: "monitoring",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Some programs use monitoring other than alarms in the same stack.",
  },
  framework: wellArchitected.notify,
  remediationSteps: `Create an alarm on AWS/SQS ${sent} of the queue. If a redrive policy moves messages there, which ${sent} does not count, use metric math such as DIFF(visible + inflight) over ${depth} and ApproximateNumberOfMessagesNotVisible.`,
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  checkStack(stack, report) {
    const watched = watchedIn(stack).filter(({ namespace }) => namespace === "AWS/SQS");
    const redrivenTo = new Set(
      edgesOf(stack)
        .filter(({ kind }) => kind === "queue redrive")
        .map(({ to }) => to),
    );
    for (const queue of setAsideQueues(stack)) {
      const name = physicalName(queue);
      if (name === undefined) continue;
      const own = watched.filter(({ dimensions }) => dimensions.QueueName === name);
      const counting = own.filter(({ metric }) => metric === sent);
      const growing = own.filter(isGrowth);
      const [first] = redrivenTo.has(queue) ? growing : [...growing, ...counting];
      const fires = isQuarantine(queue) ? firesAboveSome : firesAtFirst;
      if (!first)
        report(
          queue,
          counting[0]
            ? `'${counting[0].alarm.name}' does not fire for messages that a redrive policy moves here: use metric math with DIFF over ${depth}.`
            : `No alarm fires again when more messages arrive in this queue: create an alarm on ${redrivenTo.has(queue) ? `DIFF over ${depth}` : sent}.`,
        );
      else if (![...growing, ...counting].some(({ alarm }) => fires(alarm)))
        report(
          queue,
          `No alarm fires at each message that arrives in this queue: set '${first.alarm.name}' to GreaterThanThreshold 0.`,
        );
    }
  },
};

const isGrowth = ({ metric, alarm }: Watched): boolean => metric === depth && watchesGrowth(alarm);
