import { without, having } from "./breaking";
import { set, type Breaker } from "../sabotage";

const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";

const surfaces = new Set([
  "Failure",
  "ErrorActionFailure",
  "ParseError",
  "RuleMessageThrottled",
  "Errors",
  "Throttles",
  "DestinationDeliveryFailures",
  "AsyncEventsDropped",
  "IteratorAge",
  "WriteThrottleEvents",
  "WriteProvisionedThroughputExceeded",
  "InvocationsFailedToBeSentToDlq",
  "ExecutionFailed",
  "ExecutionsFailed",
  "ExecutionsTimedOut",
  "NumberOfNotificationsFailedToRedriveToDlq",
  "5xx",
]);

/** The rules that miss an alarm, by what it watches. */
function missing(inputs: Record<string, unknown>): string[] {
  const query = JSON.stringify(inputs.metricQueries ?? "");
  const [, summed = ""] = /SUM\((\w+)\)/.exec(query) ?? [];
  const metric = typeof inputs.metricName === "string" ? inputs.metricName : summed;
  if (metric === "ApproximateNumberOfMessagesVisible") return ["sqs-queue-require-depth-alarm"];
  return surfaces.has(metric) ? ["cloudwatch-alarm-require-failure-surfaces"] : [];
}

export const ofAlarms: Breaker[] = [
  { what: "is not there", type: alarm, change: () => "gone", rules: missing },
  having(alarm, "alarmActions", [], ["cloudwatch-alarm-require-reachable-target"]),
  without(alarm, "alarmDescription", ["aws-resource-require-description"]),
  {
    what: "watches a dimension that is not emitted",
    type: alarm,
    change: (inputs) =>
      inputs.dimensions && !String(inputs.namespace).includes("ApiGateway")
        ? set(inputs, "dimensions", { Name: "x" })
        : undefined,
    rules: ["cloudwatch-alarm-require-emitted-dimensions"],
    also: ["cloudwatch-alarm-require-failure-surfaces", "sqs-queue-require-depth-alarm"],
  },
  {
    what: "fires at the hundredth message only",
    type: alarm,
    change: (inputs) => set(inputs, "threshold", 100),
    rules: (inputs) => missing(inputs).filter((rule) => rule === "sqs-queue-require-depth-alarm"),
  },
];
