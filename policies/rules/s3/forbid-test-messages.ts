import { setAsideQueues } from "../../monitoring/surfaces";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { edgesOf } from "../../stack/edges";

/** Amazon S3 sends `s3:TestEvent` to a queue when a bucket notification names it; the message stays there and keeps the queue's alarm on. */
export const forbidTestMessages: StackRule = {
  name: "s3-notification-forbid-test-messages",
  displayName: "Bucket notifications do not name queues for failed messages",
  description:
    "No bucket notification names a queue that receives failed messages; Amazon EventBridge delivers the events of the bucket there.",
  area: "monitoring",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "The test message raises an alarm, but loses nothing.",
  },
  framework: wellArchitected.notify,
  remediationSteps:
    "Set eventbridge: true on the bucket notification instead, and send the events `Object Created` of source aws.s3 to the queue by an event rule.",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html",
  checkStack(stack, report) {
    const queues = new Set(setAsideQueues(stack));
    for (const { kind, by, to } of edgesOf(stack))
      if (kind === "notification" && to && queues.has(to))
        report(
          by,
          `Leaves a test message in '${to.name}', which keeps the alarm of that queue on: use eventbridge and an event rule instead.`,
        );
  },
};
