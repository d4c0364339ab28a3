import { byOwner, charts, metricsIn, type Chart, type Watched } from "./watched";

/** An alarm widget takes at most 100 alarms. */
const mostAlarms = 100;
const columns = 24;
const chartSize = { width: 8, height: 6 };
const periodSeconds = 60;

/** A widget of a CloudWatch dashboard. */
export interface Widget {
  type: "alarm" | "metric" | "text";
  x: number;
  y: number;
  width: number;
  height: number;
  properties: Record<string, unknown>;
}

export interface DashboardArgs {
  watched: readonly Watched[];
  /** The region of the stack. */
  region: string;
  /** The ARN of an alarm by its name, in the region of the stack. */
  alarmArn: (name: string) => string;
}

type Box = Pick<Widget, "type" | "width" | "height" | "properties">;

/**
 * The body of a dashboard with a section for each owner: the states of its alarms, and a graph for each kind of metric.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function bodyOf(args: DashboardArgs): { start: string; widgets: Widget[] } {
  const boxes = [...byOwner(args.watched)].map(([owner, watched]) => [
    heading(owner),
    ...alarms(owner, watched, args),
    ...charts.flatMap((chart) => graph(chart, watched, args)),
  ]);
  return { start: "-PT3H", widgets: placed(boxes.flat()) };
}

const heading = (owner: string): Box => ({
  type: "text",
  ...{ width: columns, height: 1 },
  properties: { markdown: `## ${owner}` },
});

function alarms(owner: string, watched: readonly Watched[], args: DashboardArgs): Box[] {
  const arns = watched.filter(({ kind }) => kind === "alarm").map((one) => arnOf(one, args));
  const parts = Math.ceil(arns.length / mostAlarms);
  return Array.from({ length: parts }, (_, part) => {
    const some = arns.slice(part * mostAlarms, (part + 1) * mostAlarms);
    return {
      type: "alarm",
      ...{ width: columns, height: 2 + Math.ceil(some.length / 6) },
      properties: { title: `Alarms of ${owner}`, alarms: some },
    };
  });
}

function arnOf({ name, region }: Watched, { alarmArn }: DashboardArgs): string {
  const parts = alarmArn(name).split(":");
  return [...parts.slice(0, 3), region ?? parts[3], ...parts.slice(4)].join(":");
}

function graph(chart: Chart, watched: readonly Watched[], { region }: DashboardArgs): Box[] {
  const found = metricsIn(chart, watched);
  if (found.length === 0) return [];
  const isOne = new Set(found.map(({ metric }) => metric.name)).size === 1;
  const metrics = found.map(({ metric, of }) => [
    metric.namespace,
    metric.name,
    ...Object.entries(metric.dimensions).flat(),
    {
      label: isOne ? of.logicalName : `${of.logicalName} ${metric.name}`,
      stat: metric.statistic,
      ...(of.region !== undefined && { region: of.region }),
    },
  ]);
  return [
    {
      type: "metric",
      ...chartSize,
      properties: {
        title: chart.title,
        view: "timeSeries",
        region,
        period: periodSeconds,
        metrics,
      },
    },
  ];
}

/** From left to right, and below each other where there is no more room. */
function placed(boxes: readonly Box[]): Widget[] {
  let [x, y, rowHeight] = [0, 0, 0];
  return boxes.map((box) => {
    if (x + box.width > columns) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const { type, width, height, properties } = box;
    const widget = { type, x, y, width, height, properties };
    x += width;
    rowHeight = Math.max(rowHeight, height);
    return widget;
  });
}
