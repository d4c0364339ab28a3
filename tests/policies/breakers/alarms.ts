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
  "ReadProvisionedThroughputExceeded",
  "WriteProvisionedThroughputExceeded",
  "InvocationsFailedToBeSentToDlq",
  "ExecutionFailed",
  "ExecutionsFailed",
  "ExecutionsTimedOut",
  "Invocation4XXErrors",
  "Invocation5XXErrors",
  "InvocationModelErrors",
  "NumberOfNotificationsFailedToRedriveToDlq",
  "5xx",
  "5xxErrorRate",
]);

/** The metrics that an alarm watches: its own, those of its metric math, or the one that its query sums up. */
function metricsOf(inputs: Record<string, unknown>): string[] {
  const queries = (inputs.metricQueries ?? []) as {
    expression?: string;
    metric?: { metricName: string };
  }[];
  const summed = queries.flatMap(({ expression = "", metric }) =>
    metric ? metric.metricName : (/SUM\((\w+)\) FROM/.exec(expression)?.[1] ?? []),
  );
  return typeof inputs.metricName === "string" ? [inputs.metricName] : summed;
}

/** The rules that miss an alarm, by what it watches. */
function missing(inputs: Record<string, unknown>): string[] {
  const metrics = metricsOf(inputs);
  const [metric = ""] = metrics;
  const grows = JSON.stringify(inputs.metricQueries ?? "").includes("DIFF(");
  if (metrics.includes("IncomingRecords")) return ["lambda-mapping-require-standstill-alarm"];
  if (metric === "NumberOfMessagesSent" || (grows && metric === depth)) return [arrivalsRule];
  if (metric === depth) return [depthRule];
  if (metric === "ApproximateAgeOfOldestMessage" && !isBacklog(inputs)) return [ageRule];
  return surfaces.has(metric) ? ["cloudwatch-alarm-require-failure-surfaces"] : [];
}

const depth = "ApproximateNumberOfMessagesVisible";
const depthRule = "sqs-queue-require-depth-alarm";
const arrivalsRule = "sqs-queue-require-arrivals-alarm";
const ageRule = "sqs-queue-require-age-alarm";

/** Of a work queue, whose messages a consumer has to receive in time. */
const isBacklog = ({ name }: Record<string, unknown>): boolean => String(name).endsWith("-backlog");

/** True for alarms that fire at the first message; quarantines share theirs, and tolerate as many as the stack sets. */
const firesAtFirst = (inputs: Record<string, unknown>): boolean =>
  !String(inputs.name).includes("-alarms-quarantine-");

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
    also: ["cloudwatch-alarm-require-failure-surfaces", depthRule, ageRule],
  },
  {
    what: "is in another Region than its topic and its metric",
    type: alarm,
    change: (inputs) =>
      inputs.region === undefined ? undefined : set(inputs, "region", undefined),
    rules: (inputs) => [
      "cloudwatch-alarm-require-reachable-target",
      ...missing(inputs).filter((rule) => rule === "cloudwatch-alarm-require-failure-surfaces"),
    ],
  },
  {
    what: "fires at the hundredth message only",
    type: alarm,
    change: (inputs) => set(inputs, "threshold", 100),
    rules: (inputs) =>
      missing(inputs).filter(
        (rule) => [depthRule, arrivalsRule].includes(rule) && firesAtFirst(inputs),
      ),
  },
  {
    what: "fires at an empty queue",
    type: alarm,
    change: (inputs) => set(inputs, "threshold", -1),
    rules: (inputs) => missing(inputs).filter((rule) => [depthRule, arrivalsRule].includes(rule)),
  },
  {
    what: "fires when messages have expired",
    type: alarm,
    change: (inputs) => set(inputs, "threshold", 14 * 86_400),
    rules: (inputs) => missing(inputs).filter((rule) => rule === ageRule),
  },
  {
    what: "fires when messages in the queue that were redriven late have expired",
    type: alarm,
    change: (inputs) => set(inputs, "threshold", 10 * 86_400),
    rules: (inputs) =>
      missing(inputs).filter((rule) => rule === ageRule && Number(inputs.threshold) < 10 * 86_400),
  },
  {
    what: "notifies of recovery",
    type: alarm,
    change: (inputs) => set(inputs, "okActions", inputs.alarmActions),
    rules: (inputs) =>
      inputs.statistic === "Sum" || JSON.stringify(inputs).includes("SELECT SUM(")
        ? ["cloudwatch-alarm-forbid-empty-recovery"]
        : [],
  },
];
