import { watchedIn } from "../../monitoring/watched";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { physicalName } from "../../stack/names";

/** Lambda reports IteratorAge only while it invokes, so an alarm on it stays OK while a mapping is disabled or lacks a permission. */
export const requireStandstillAlarm: StackRule = {
  name: "lambda-mapping-require-standstill-alarm",
  displayName: "Stream consumers have an alarm on a standstill",
  description:
    "Every event source mapping of a Kinesis stream has an alarm that compares the records of the stream with the invocations of the function.",
  area: "monitoring",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Some programs use monitoring other than alarms in the same stack.",
  },
  framework: wellArchitected.notify,
  remediationSteps:
    "Create an alarm with metric math over AWS/Kinesis IncomingRecords of the stream and AWS/Lambda Invocations of the function that fires when records come in and nothing is invoked.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
  checkStack(stack, report) {
    const watched = watchedIn(stack);
    const watching = (namespace: string, metric: string, dimension: string, name: string) =>
      new Set(
        watched
          .filter(
            (one) =>
              one.namespace === namespace &&
              one.metric === metric &&
              one.dimensions[dimension] === name,
          )
          .map(({ alarm }) => alarm),
      );
    for (const mapping of stack.of("aws:lambda/eventSourceMapping:EventSourceMapping")) {
      const stream = stack.referredTo(mapping, mapping.inputs.at("eventSourceArn"), "stream");
      const behind = stack.referredTo(mapping, mapping.inputs.at("functionName"), "function");
      if (stream?.type !== "aws:kinesis/stream:Stream" || !behind) continue;
      const [streamName, functionName] = [physicalName(stream), physicalName(behind)];
      if (streamName === undefined || functionName === undefined) continue;
      const records = watching("AWS/Kinesis", "IncomingRecords", "StreamName", streamName);
      const ran = watching("AWS/Lambda", "Invocations", "FunctionName", functionName);
      if (![...records].some((alarm) => ran.has(alarm)))
        report(
          mapping,
          `No alarm detects that the function is not invoked while '${streamName}' receives records: create an alarm with metric math over IncomingRecords and Invocations.`,
        );
    }
  },
};
