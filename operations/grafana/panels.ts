import { VizLegendOptionsBuilder } from "@grafana/grafana-foundation-sdk/common";
import {
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  RowBuilder,
  type Dashboard,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as GraphBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { plugins, sourceRef, type Query, type Source } from "./queries";
import type { GrafanaStack } from "./stack";
import { uidOf } from "./uid";

/** A dashboard's grid has 24 columns. */
export const fullWidth = 24;

export interface DashboardArgs {
  id: "device" | "fleet" | "health";
  title: string;
  description: string;
  /** The time range at first, such as `now-1h`. */
  from: string;
  refresh: string;
  sources: readonly Source[];
}

/** A dashboard in Grafana's classic schema, which versions 10 to 13 import. */
export function dashboardOf(stack: GrafanaStack, args: DashboardArgs): DashboardBuilder {
  const builder = new DashboardBuilder(`${args.title} (${stack.name})`)
    .uid(uidOf(stack.name, args.id))
    .description(args.description)
    .tags(["iot-integrations", stack.name])
    .timezone("browser")
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: args.from, to: "now" })
    .refresh(args.refresh)
    .readonly();
  for (const source of args.sources)
    builder.withVariable(
      new DatasourceVariableBuilder(source).label(labels[source]).type(plugins[source]),
    );
  return builder;
}

const labels: Record<Source, string> = {
  athena: "Athena",
  cloudwatch: "CloudWatch",
  influxdb: "InfluxDB",
};

/** Plain JSON, since the builders leave functions in the objects; and ids of panels, which the builders leave out. */
export function documentOf(builder: DashboardBuilder): Dashboard {
  const document = JSON.parse(JSON.stringify(builder.build())) as Dashboard;
  const panels = document.panels?.map((panel, index) => ({ ...panel, id: index + 1 }));
  return { ...document, panels };
}

export const row = (title: string): RowBuilder => new RowBuilder(title);

interface PanelArgs {
  title: string;
  description?: string;
  source: Source;
  queries: readonly Query[];
  width: number;
  height?: number;
  unit?: string;
}

export const graph = ({ unit = "short", height = 8, ...args }: PanelArgs): GraphBuilder =>
  new GraphBuilder()
    .title(args.title)
    .description(args.description ?? "")
    .datasource(sourceRef(args.source))
    .targets([...args.queries])
    .legend(new VizLegendOptionsBuilder().showLegend(true))
    .unit(unit)
    .span(args.width)
    .height(height);

export const number = ({ unit = "short", height = 4, ...args }: PanelArgs): StatBuilder =>
  new StatBuilder()
    .title(args.title)
    .description(args.description ?? "")
    .datasource(sourceRef(args.source))
    .targets([...args.queries])
    .unit(unit)
    .span(args.width)
    .height(height);

export const table = ({ height = 10, ...args }: PanelArgs): TableBuilder =>
  new TableBuilder()
    .title(args.title)
    .description(args.description ?? "")
    .datasource(sourceRef(args.source))
    .targets([...args.queries])
    .span(args.width)
    .height(height);
