import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { dashboardOf, documentOf, fullWidth, graph, number, row, table } from "./panels";
import { athenaQuery, influxdbQuery, oneMetric, type Query } from "./queries";
import { influxdbSql, lakeSql } from "./sql";
import type { GrafanaStack } from "./stack";
import { uidOf } from "./uid";

/** What devices do, as AWS IoT counts it for the account and the region. @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html */
const broker = {
  "Connections of devices": ["Connect.Success", "Connect.AuthError", "Connect.ClientError"],
  "Messages of devices": ["PublishIn.Success", "PublishIn.AuthError", "PublishIn.Throttle"],
};

const brokerQueries = (names: readonly string[]): Query[] =>
  names.map((name, index) =>
    oneMetric(
      { id: `m${index}`, label: name, region: "default", periodSeconds: 60 },
      { namespace: "AWS/IoT", name, statistic: "Sum", dimensions: { Protocol: "MQTT" } },
    ),
  );

/** The fleet: what AWS IoT counts, and what the stack's stores hold. */
export function fleetDashboard(stack: GrafanaStack): Dashboard {
  const { lake, influxdb } = stack;
  const dashboard = dashboardOf(stack, {
    id: "fleet",
    title: "Fleet",
    description: "Connections and messages of all devices, and what their readings say.",
    ...{ from: "now-24h", refresh: "5m" },
    sources: [
      "cloudwatch",
      ...(lake ? (["athena"] as const) : []),
      ...(influxdb ? (["influxdb"] as const) : []),
    ],
  });
  dashboard.withRow(row("AWS IoT, of the whole account and region"));
  for (const [title, names] of Object.entries(broker))
    dashboard.withPanel(
      graph({ title, source: "cloudwatch", queries: brokerQueries(names), width: fullWidth / 2 }),
    );
  if (lake) addLake(dashboard, stack, lake);
  if (influxdb) {
    const queries = [influxdbQuery(influxdbSql.rates(influxdb), "time series")];
    const title = "Readings, and averages of all devices";
    dashboard
      .withRow(row("InfluxDB"))
      .withPanel(graph({ title, source: "influxdb", queries, width: fullWidth }));
  }
  return documentOf(dashboard);
}

function addLake(
  dashboard: ReturnType<typeof dashboardOf>,
  stack: GrafanaStack,
  lake: NonNullable<GrafanaStack["lake"]>,
  { severity }: Definition = definition,
): void {
  const query = (sql: string, format: "table" | "time series" = "time series") => [
    athenaQuery(lake.database, sql, format),
  ];
  dashboard
    .withRow(row("Data lake, some minutes late"))
    .withPanel(
      number({
        title: "Devices with readings",
        source: "athena",
        queries: query(lakeSql.devices(lake), "table"),
        ...{ width: fullWidth / 4, height: 8 },
      }),
    )
    .withPanel(
      graph({
        title: "Readings by hour, and averages of all devices",
        source: "athena",
        queries: query(lakeSql.hourly(lake)),
        width: (fullWidth * 3) / 4,
      }),
    );
  if (severity)
    dashboard.withPanel(
      graph({
        title: `Readings by hour and ${severity.field}`,
        source: "athena",
        queries: query(lakeSql.bySeverity(lake, severity.field)),
        width: fullWidth,
      }),
    );
  dashboard.withPanel(
    table({
      title: "Newest reading of each device",
      source: "athena",
      queries: query(lakeSql.newest(lake), "table"),
      width: fullWidth,
    }).overrideByName("deviceid", [
      {
        id: "links",
        value: [
          {
            title: "Readings of this device",
            url: `/d/${uidOf(stack.name, "device")}?var-device=\${__value.raw:percentencode}`,
          },
        ],
      },
    ]),
  );
}
