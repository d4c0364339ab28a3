import * as athena from "@grafana/grafana-foundation-sdk/athena";
import * as cloudwatch from "@grafana/grafana-foundation-sdk/cloudwatch";
import type * as cog from "@grafana/grafana-foundation-sdk/cog";
import type { DataSourceRef } from "@grafana/grafana-foundation-sdk/common";

/** A query of a panel. */
export type Query = cog.Builder<cog.Dataquery>;

/** The plug-ins of the data sources. */
export const plugins = {
  athena: "grafana-athena-datasource",
  cloudwatch: "cloudwatch",
  influxdb: "influxdb",
} as const;

export type Source = keyof typeof plugins;

/** The data source that a person chose in the variable of its name, so that a dashboard can be imported into any Grafana. */
export const sourceRef = (source: Source): DataSourceRef => ({
  type: plugins[source],
  uid: `\${${source}}`,
});

export interface MetricQueryArgs {
  /** Unique in its panel, beginning with a small letter. */
  id: string;
  label: string;
  /** `default` for the region of the data source. */
  region: string;
  hidden?: boolean;
  periodSeconds: number;
}

const metricQuery = ({ id, label, region, hidden, periodSeconds }: MetricQueryArgs) =>
  new cloudwatch.MetricsQueryBuilder()
    .datasource(sourceRef("cloudwatch"))
    .refId(id.toUpperCase())
    .id(id)
    .label(label)
    .region(region)
    .period(String(periodSeconds))
    .hide(hidden ?? false)
    .queryMode(cloudwatch.QueryMode.Metrics);

/** One metric. A dimension whose value is not known before deployment takes any value. */
export const oneMetric = (
  args: MetricQueryArgs,
  metric: {
    namespace: string;
    name: string;
    statistic: string;
    dimensions: Record<string, unknown>;
  },
): Query =>
  metricQuery(args)
    .metricQueryType(cloudwatch.MetricQueryType.Search)
    .metricEditorMode(cloudwatch.MetricEditorMode.Builder)
    .namespace(metric.namespace)
    .metricName(metric.name)
    .statistic(metric.statistic)
    .dimensions(
      Object.fromEntries(
        Object.entries(metric.dimensions).map(([name, value]) => [
          name,
          typeof value === "string" ? value : "*",
        ]),
      ),
    )
    .matchExact(true);

/** Metric math over queries of the same panel. */
export const expression = (args: MetricQueryArgs, text: string): Query =>
  metricQuery(args)
    .metricQueryType(cloudwatch.MetricQueryType.Search)
    .metricEditorMode(cloudwatch.MetricEditorMode.Code)
    .expression(text);

/** A query of Metrics Insights. */
export const insights = (args: MetricQueryArgs, sql: string): Query =>
  metricQuery(args)
    .metricQueryType(cloudwatch.MetricQueryType.Insights)
    .metricEditorMode(cloudwatch.MetricEditorMode.Code)
    .sqlExpression(sql);

/** CloudWatch Logs Insights takes at most 50 log groups in a query. */
export const mostLogGroups = 50;

/** A query of CloudWatch Logs Insights. */
export const logs = (id: string, groups: { name: string; arn: string }[], text: string): Query =>
  new cloudwatch.LogsQueryBuilder()
    .datasource(sourceRef("cloudwatch"))
    .refId(id.toUpperCase())
    .id(id)
    .region("default")
    .queryMode(cloudwatch.QueryMode.Logs)
    .queryLanguage(cloudwatch.LogsQueryLanguage.CWLI)
    .logGroups(groups.map(({ name, arn }) => new cloudwatch.LogGroupBuilder().name(name).arn(arn)))
    .expression(text);

export type Format = "table" | "time series";

/** A query of Athena in the workgroup of its data source. */
export const athenaQuery = (database: string, sql: string, format: Format): Query =>
  new athena.DataqueryBuilder()
    .datasource(sourceRef("athena"))
    .refId("A")
    .connectionArgs(athenaConnection(database))
    .rawSQL(sql)
    .format(format === "table" ? athena.FormatOptions.Table : athena.FormatOptions.TimeSeries);

/** Results are reused for a minute, so that several people at one dashboard cost one query. */
export const athenaConnection = (database: string) =>
  new athena.ConnectionArgsBuilder()
    .catalog("AwsDataCatalog")
    .database(database)
    .region("__default")
    .resultReuseEnabled(true)
    .resultReuseMaxAgeInMinutes(1);

/**
 * A query of InfluxDB 3 in SQL. The SDK has no builder for InfluxDB.
 * @see https://grafana.com/docs/grafana/latest/datasources/influxdb/query-editor/
 */
export const influxdbQuery = (rawSql: string, format: Format): Query => ({
  build: () => ({
    datasource: sourceRef("influxdb"),
    refId: "A",
    rawSql,
    rawQuery: true,
    editorMode: "code",
    format: format === "table" ? "table" : "time_series",
    _implementsDataqueryVariant: () => undefined,
  }),
});
