import { setAsideQueues } from "../../monitoring/surfaces";
import { watchedIn } from "../../monitoring/watched";
import { wellArchitected } from "../../frameworks";
import { integer } from "../../parameters";
import type { StackRule } from "../../rule";
import { edgesOf } from "../../stack/edges";
import { physicalName } from "../../stack/names";
import { redrivenBy } from "../../stack/redrives";
import type { Resource } from "../../stack/resource";
import type { Stack } from "../../stack/model";

const age = "ApproximateAgeOfOldestMessage";
const day = 86_400;
/** The default of Amazon SQS. */
const usual = 345_600;

/**
 * A message that SQS moves from a standard queue expires by the time at which it was first sent, but the metric counts from the move. A
 * FIFO queue resets the time.
 */
export const requireAgeAlarm: StackRule = {
  name: "sqs-queue-require-age-alarm",
  displayName: "Queues for failed messages have an alarm before messages expire",
  description:
    "Every queue that receives failed messages has an alarm on the age of the oldest message that leaves time to act before the message expires.",
  area: "monitoring",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Some programs use monitoring other than alarms in the same stack.",
  },
  framework: wellArchitected.notify,
  remediationSteps: `Create an alarm on AWS/SQS ${age} of the queue, above its retention less the longest retention of a queue that redrives to it, less two days.`,
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html",
  parameters: {
    daysToAct: integer("Days between the alarm and the deletion of the oldest message.", {
      usually: 2,
      from: 1,
      to: 13,
    }),
  },
  checkStack(stack, report, { daysToAct }: { daysToAct: number }) {
    const watched = watchedIn(stack).filter(
      ({ namespace, metric }) => namespace === "AWS/SQS" && metric === age,
    );
    for (const queue of setAsideQueues(stack)) {
      const name = physicalName(queue);
      const left = timeLeft(stack, queue);
      if (name === undefined || left === undefined) continue;
      const most = left - daysToAct * day;
      const alarms = watched.filter(({ dimensions }) => dimensions.QueueName === name);
      const [first] = alarms;
      if (most < 0)
        report(
          queue,
          `A message may expire ${left} s after it arrives, which leaves no ${daysToAct} days to act: set a longer messageRetentionSeconds, or a shorter one on the queues that redrive to it.`,
        );
      else if (!first)
        report(
          queue,
          `No alarm fires before messages of this queue expire: create an alarm on ${age} above ${most} s.`,
        );
      else if (!alarms.some(({ alarm }) => firesBelow(alarm, most)))
        report(
          queue,
          `'${first.alarm.name}' fires too late, since a message may expire ${left} s after it arrives: set GreaterThanThreshold ${most} or less.`,
        );
    }
  },
};

/** The seconds that a message has at least, from its arrival to its deletion; undefined if a retention is not known yet. */
function timeLeft(stack: Stack, queue: Resource): number | undefined {
  const sources = edgesOf(stack).flatMap((edge) =>
    edge.to === queue ? (redrivenBy(stack, edge) ?? []) : [],
  );
  const counted = queue.inputs.at("fifoQueue").flag() === true ? [] : sources;
  const places = [queue, ...counted].map(({ inputs }) => inputs.at("messageRetentionSeconds"));
  if (!places.every((place) => place.isKnown())) return undefined;
  const [own = usual, ...waited] = places.map((place) => place.number() ?? usual);
  return own - Math.max(0, ...waited);
}

function firesBelow({ inputs }: Resource, most: number): boolean {
  const [comparison, threshold] = [inputs.at("comparisonOperator"), inputs.at("threshold")];
  // An unknown value has already been recorded.
  if (!comparison.isKnown() || !threshold.isKnown()) return true;
  const operator = comparison.text();
  const isAbove =
    operator === "GreaterThanThreshold" || operator === "GreaterThanOrEqualToThreshold";
  return isAbove && (threshold.number() ?? 0) <= most;
}
