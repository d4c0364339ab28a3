import { AnnotationQueryBuilder as AlarmHistoryBuilder } from "@grafana/grafana-foundation-sdk/cloudwatch";
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  AnnotationQueryBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type Dashboard,
  type Threshold,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as LogsBuilder } from "@grafana/grafana-foundation-sdk/logs";
import {
  byOwner,
  charts,
  metricsIn,
  type Chart,
  type Watched,
} from "../../components/parts/health/watched";
import { alarmQueries } from "./alarms";
import { dashboardOf, documentOf, fullWidth, graph, number, row } from "./panels";
import { logs, mostLogGroups, oneMetric, sourceRef } from "./queries";
import type { GrafanaStack, WatchedAlarm } from "./stack";

const isAlarm = (one: Watched | WatchedAlarm): one is WatchedAlarm => one.kind === "alarm";

/**
 * The health of every part of a stack, from the same list of kinds, metrics and owners as the dashboard in CloudWatch: what each alarm
 * watches, with its threshold; a graph for each kind of metric; and the errors in the logs of functions.
 */
export function healthDashboard(stack: GrafanaStack): Dashboard {
  const dashboard = dashboardOf(stack, {
    id: "health",
    title: "Health of integrations",
    description: "Every alarm, rule, queue, function, stream and delivery stream of the stack.",
    ...{ from: "now-3h", refresh: "5m", sources: ["cloudwatch"] },
  }).annotation(
    new AnnotationQueryBuilder()
      .name("Alarms")
      .datasource(sourceRef("cloudwatch"))
      .enable(true)
      .iconColor("red")
      .target(
        new AlarmHistoryBuilder()
          .refId("Alarms")
          .region("default")
          .namespace("")
          .prefixMatching(true)
          .alarmNamePrefix(`${stack.name}-`)
          .actionPrefix(""),
      ),
  );
  for (const [owner, watched] of byOwner(stack.watched)) {
    dashboard.withRow(row(owner));
    const alarms = watched.filter(isAlarm);
    if (alarms.length > 0) dashboard.withPanel(alarmPanel(alarms));
    for (const chart of charts) {
      const panel = chartPanel(chart, watched);
      if (panel) dashboard.withPanel(panel);
    }
  }
  const errors = errorsOf(stack);
  if (errors) dashboard.withRow(row("Logs of functions")).withPanel(errors);
  return documentOf(dashboard);
}

/** Red above the threshold: this project's alarms compare by `GreaterThanThreshold`. */
const redAbove = (threshold: number): Threshold[] => [
  { color: "green", value: null },
  // A step begins with its value, and the threshold itself is no alarm.
  { color: "red", value: threshold + 1e-9 + Math.abs(threshold) * 1e-12 },
];

function alarmPanel(alarms: readonly WatchedAlarm[]) {
  const panel = number({
    title: "What alarms watch: the greatest value of the time range, red above the threshold",
    source: "cloudwatch",
    queries: alarms.flatMap((alarm, index) => alarmQueries(alarm, `a${index}`)),
    ...{ width: fullWidth, height: 3 + 2 * Math.ceil(alarms.length / 6) },
  })
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["max"]))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Background)
    .textMode(BigValueTextMode.ValueAndName)
    .noValue("0")
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(redAbove(0)));
  for (const [index, { inputs }] of alarms.entries()) {
    const { threshold = 0 } = inputs;
    if (threshold !== 0)
      panel.overrideByQuery(`A${index}`, [
        { id: "thresholds", value: { mode: "absolute", steps: redAbove(threshold) } },
      ]);
  }
  return panel;
}

function chartPanel(chart: Chart, watched: readonly Watched[]) {
  const found = metricsIn(chart, watched);
  if (found.length === 0) return undefined;
  const isOne = new Set(found.map(({ metric }) => metric.name)).size === 1;
  return graph({
    title: chart.title,
    source: "cloudwatch",
    unit: chart.unit,
    width: fullWidth / 3,
    queries: found.map(({ metric, of }, index) =>
      oneMetric(
        {
          id: `m${index}`,
          label: isOne ? of.logicalName : `${of.logicalName} ${metric.name}`,
          region: of.region ?? "default",
          periodSeconds: 60,
        },
        metric,
      ),
    ),
  });
}

/** Errors that functions log as JSON. Logs of functions in other regions are in the consoles of these. */
function errorsOf(stack: GrafanaStack): LogsBuilder | undefined {
  const { watched, partition, region, accountId } = stack;
  const service = `arn:${partition}:logs:${region}:${accountId}`;
  const groups = watched
    .filter((one) => one.kind === "function" && one.region === undefined)
    .map(({ name }) => `/aws/lambda/${name}`)
    .map((name) => ({ name, arn: `${service}:log-group:${name}:*` }));
  if (groups.length === 0) return undefined;
  const parts = Array.from({ length: Math.ceil(groups.length / mostLogGroups) }, (_, part) =>
    groups.slice(part * mostLogGroups, (part + 1) * mostLogGroups),
  );
  const text =
    'fields @timestamp, @log, message, @message | filter level = "error" | sort @timestamp desc | limit 100';
  return new LogsBuilder()
    .title("Errors that functions logged")
    .datasource(sourceRef("cloudwatch"))
    .targets(parts.map((some, index) => logs(`l${index}`, some, text)))
    .span(fullWidth)
    .height(10);
}
