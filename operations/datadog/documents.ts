import { measuresOf, type Measure } from "../../functions/iot-to-datadog/measures";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";

/** Which series the stack has: the setting `byDevice`. */
export type Scope = "site" | "device";

const prefix = "iot";
const critical = 2;

/** The greatest values of a measure: by site they are a metric of their own. */
const greatest = ({ name }: Measure, scope: Scope): string =>
  `max:${prefix}.${name}${scope === "site" ? ".max" : ""}`;
const least = ({ name }: Measure, scope: Scope): string =>
  `min:${prefix}.${name}${scope === "site" ? ".min" : ""}`;

const groups: Record<Scope, string> = { site: "{site}", device: "{site,device}" };

const widget = (title: string, queries: Record<string, string>): object => ({
  definition: {
    type: "timeseries",
    title,
    show_legend: true,
    requests: [
      {
        response_format: "timeseries",
        display_type: "line",
        formulas: Object.keys(queries).map((name) => ({ formula: name, alias: name })),
        queries: Object.entries(queries).map(([name, query]) => ({
          data_source: "metrics",
          name,
          query,
        })),
      },
    ],
  },
});

/**
 * A dashboard of the fleet, to import into Datadog.
 * @see https://docs.datadoghq.com/api/latest/dashboards/#create-a-new-dashboard
 */
export const dashboard = (scope: Scope, of: Definition = definition): object => ({
  title: `Devices by ${scope}`,
  description: "The readings that iot-to-datadog submits.",
  layout_type: "ordered",
  template_variables: (scope === "site" ? ["site"] : ["site", "device"]).map((name) => ({
    ...{ name, prefix: name, defaults: ["*"] },
  })),
  widgets: measuresOf(of).map((measure) => {
    const filter = scope === "site" ? "{$site}" : "{$site,$device}";
    return widget(measure.name, {
      mean: `avg:${prefix}.${measure.name}${filter} by {site}`,
      least: `${least(measure, scope)}${filter} by {site}`,
      greatest: `${greatest(measure, scope)}${filter} by {site}`,
    });
  }),
});

interface MonitorArgs {
  name: string;
  query: string;
  threshold: number;
  message: string;
}

const monitor = ({ name, query, threshold, message }: MonitorArgs): object => ({
  name,
  type: "query alert",
  query,
  message,
  tags: ["integration:iot-to-datadog"],
  options: {
    thresholds: { critical: threshold },
    include_tags: true,
    // Points arrive in batches.
    evaluation_delay: 60,
    require_full_window: false,
    on_missing_data: "show_and_notify_no_data",
  },
});

/**
 * A monitor for each limit that the definition of readings has, and one for critical readings. Each also notifies when no points arrive.
 * @see https://docs.datadoghq.com/api/latest/monitors/#create-a-monitor
 */
export function monitors(scope: Scope, of: Definition = definition): object[] {
  const owner = scope === "site" ? "{{site.name}}" : "{{device.name}} of site {{site.name}}";
  return measuresOf(of).flatMap((measure) => {
    const by = `{*} by ${groups[scope]}`;
    const field = of.fields[measure.name];
    const limit = field && "limit" in field ? field.limit : undefined;
    if (limit && "above" in limit)
      return monitor({
        name: `${measure.name} above ${limit.above}`,
        query: `max(last_5m):${greatest(measure, scope)}${by} > ${limit.above}`,
        threshold: limit.above,
        message: `The ${measure.name} of ${owner} is {{value}}, above its limit.`,
      });
    if (limit)
      return monitor({
        name: `${measure.name} below ${limit.below}`,
        query: `min(last_5m):${least(measure, scope)}${by} < ${limit.below}`,
        threshold: limit.below,
        message: `The ${measure.name} of ${owner} is {{value}}, below its limit.`,
      });
    if (field) return [];
    return monitor({
      name: "critical readings",
      query: `max(last_5m):${greatest(measure, scope)}${by} >= ${critical}`,
      threshold: critical,
      message: `A reading of ${owner} is critical.`,
    });
  });
}

/** The files in docs/datadog, by name. */
export const documents = (of: Definition = definition): Record<string, unknown> =>
  Object.fromEntries(
    (["site", "device"] as const).flatMap((scope) => [
      [`dashboard-by-${scope}.json`, dashboard(scope, of)],
      [`monitors-by-${scope}.json`, monitors(scope, of)],
    ]),
  );
