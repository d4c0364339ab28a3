import { once } from "../stack/once";
import type { Place } from "../stack/place";
import type { Resource } from "../stack/resource";
import type { Stack } from "../stack/model";

/** A metric that an alarm monitors. A dimension whose value is not known yet has no value here. */
export interface Watched {
  alarm: Resource;
  namespace: string;
  metric: string;
  dimensions: Record<string, string | undefined>;
  /** A query aggregates over the dimensions that it does not name. A metric must name all dimensions. */
  byQuery: boolean;
}

/** All metrics that the alarms of a stack monitor, as a single metric, a metric query or a Metrics Insights query. */
export const watchedIn = once((stack: Stack): Watched[] =>
  stack.of("aws:cloudwatch/metricAlarm:MetricAlarm").flatMap(watchedBy),
);

function watchedBy(alarm: Resource): Watched[] {
  const { inputs } = alarm;
  const metrics = inputs
    .at("metricQueries")
    .items()
    .flatMap((query) => {
      const asked = selected(alarm, query.at("expression").peek());
      return asked ?? simple(alarm, query.at("metric"));
    });
  return [...simple(alarm, inputs), ...metrics];
}

function simple(alarm: Resource, place: Place): Watched[] {
  const namespace = place.at("namespace").peek();
  const metric = place.at("metricName").peek();
  if (namespace === undefined || metric === undefined) return [];
  const given = place.at("dimensions");
  const dimensions = Object.fromEntries(
    given.isUnknown ? [] : given.keys().map((name) => [name, given.at(name).peek()]),
  );
  return [{ alarm, namespace, metric, dimensions, byQuery: false }];
}

/**
 * A Metrics Insights query in the form that alarms require: `SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", RuleName) WHERE RuleName = 'x'`.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
 */
function selected(alarm: Resource, query: string | undefined): Watched | undefined {
  const parts = query?.match(form)?.groups;
  if (!parts) return undefined;
  const { metric, schema, plain, where } = parts as unknown as Parts;
  const namespace = schema ?? plain;
  const dimensions = [...(where?.matchAll(/"?(\w+)"?\s*=\s*'([^']*)'/g) ?? [])].map(
    ([, name, value]) => [name as string, value as string] as const,
  );
  return { alarm, namespace, metric, dimensions: Object.fromEntries(dimensions), byQuery: true };
}

/** What `form` captures: one of the two forms of a namespace. */
interface Parts {
  metric: string;
  schema?: string;
  plain: string;
  where?: string;
}

const condition = String.raw`"?\w+"?\s*=\s*'[^']*'`;
const form = new RegExp(
  [
    String.raw`^\s*SELECT\s+\w+\(\s*"?(?<metric>[\w.]+)"?\s*\)`,
    String.raw`\s+FROM\s+(?:SCHEMA\(\s*"(?<schema>[^"]+)"[^)]*\)|"(?<plain>[^"]+)")`,
    // Only equalities that are joined by AND. Other operators, such as NOT or OR, would select other data.
    String.raw`(?:\s+WHERE\s+(?<where>${condition}(?:\s+AND\s+${condition})*))?\s*$`,
  ].join(""),
  "i",
);
