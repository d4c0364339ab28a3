import {
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
  type Dashboard,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { measuredFields } from "../../reading/lake";
import { dashboardOf, documentOf, fullWidth, graph, row, table } from "./panels";
import { athenaConnection, athenaQuery, influxdbQuery, sourceRef } from "./queries";
import { influxdbSql, lakeSql } from "./sql";
import type { GrafanaStack } from "./stack";

/** Units of fields as Grafana writes them; others follow the number as they are. */
const units: Readonly<Record<string, string>> = {
  "°C": "celsius",
  "%": "percent",
  hPa: "pressurehpa",
};

function unitOf(name: string, { fields }: Definition = definition): string {
  const field = fields[name];
  const unit = field && "unit" in field ? field.unit : undefined;
  return unit === undefined ? "short" : (units[unit] ?? `suffix: ${unit}`);
}

/**
 * The last hour of one device: one graph for each number, from each store of the stack. Undefined for a stack without a store that
 * Grafana queries.
 */
export function deviceDashboard(stack: GrafanaStack): Dashboard | undefined {
  const { lake, influxdb } = stack;
  if (!lake && !influxdb) return undefined;
  const dashboard = dashboardOf(stack, {
    id: "device",
    title: "One device",
    description: "The readings of the device that is chosen above.",
    ...{ from: "now-1h", refresh: "1m" },
    sources: [...(lake ? (["athena"] as const) : []), ...(influxdb ? (["influxdb"] as const) : [])],
  });
  const device = new QueryVariableBuilder("device")
    .label("Device")
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc);
  if (influxdb)
    device
      .datasource(sourceRef("influxdb"))
      .query({ refId: "device", query: influxdbSql.deviceNames(influxdb) });
  else if (lake)
    device.datasource(sourceRef("athena")).query({
      refId: "device",
      connectionArgs: athenaConnection(lake.database).build(),
      rawSQL: lakeSql.deviceNames(lake),
      format: 1,
    });
  dashboard.withVariable(device);
  const width = fullWidth / 3;
  if (influxdb) {
    dashboard.withRow(row("InfluxDB"));
    for (const field of measuredFields()) {
      const queries = [influxdbQuery(influxdbSql.values(influxdb, field), "time series")];
      const unit = unitOf(field);
      dashboard.withPanel(graph({ title: field, source: "influxdb", queries, width, unit }));
    }
  }
  if (lake) {
    const { database } = lake;
    dashboard.withRow(row("Data lake, some minutes late"));
    for (const field of measuredFields()) {
      const queries = [athenaQuery(database, lakeSql.values(lake, field), "time series")];
      const unit = unitOf(field);
      dashboard.withPanel(graph({ title: field, source: "athena", queries, width, unit }));
    }
    const queries = [athenaQuery(database, lakeSql.readings(lake), "table")];
    dashboard.withPanel(
      table({ title: "Readings, the newest first", source: "athena", queries, width: fullWidth }),
    );
  }
  return documentOf(dashboard);
}
