import { expression, insights, oneMetric, type Query } from "./queries";
import type { WatchedAlarm } from "./stack";

/** What an alarm watches, as queries: the visible one has the value that CloudWatch compares with the threshold. */
export function alarmQueries(alarm: WatchedAlarm, id: string): Query[] {
  const { logicalName, region = "default", inputs } = alarm;
  const { namespace = "", metricName, dimensions = {}, statistic = "Sum" } = inputs;
  const common = { id, label: logicalName, region, periodSeconds: inputs.period ?? 60 };
  if (metricName !== undefined)
    return [oneMetric(common, { namespace, name: metricName, statistic, dimensions })];
  const queries = inputs.metricQueries ?? [];
  const isReturned = queries.map(({ returnData }) => returnData !== false);
  const last = isReturned.lastIndexOf(true);
  /** The ids are of one alarm, and a panel shows several. */
  const ids = new Map(
    queries.map((query, index) => [query.id, index === last ? id : `${id}_${query.id}`]),
  );
  return queries.map((query, index) => {
    const { metric, period } = query;
    const args = {
      ...common,
      id: ids.get(query.id) ?? query.id,
      label: index === last ? logicalName : query.id,
      hidden: index !== last,
      periodSeconds: metric?.period ?? period ?? periodOf(queries),
    };
    if (metric)
      return oneMetric(args, {
        namespace: metric.namespace ?? "",
        name: metric.metricName,
        statistic: metric.stat,
        dimensions: metric.dimensions ?? {},
      });
    const text = query.expression ?? "";
    if (/^\s*SELECT\s/i.test(text)) return insights(args, text);
    return expression(
      args,
      text.replace(/\b[a-z][A-Za-z0-9_]*\b/g, (word) => ids.get(word) ?? word),
    );
  });
}

/** Metric math has the period of its metrics. */
const periodOf = (queries: NonNullable<WatchedAlarm["inputs"]["metricQueries"]>): number =>
  queries.find(({ metric }) => metric)?.metric?.period ?? 60;
