/**
 * What CloudWatch refuses in a dashboard.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
const limits = {
  columns: 24,
  height: 1000,
  widgets: 500,
  inWidget: 500,
  metrics: 2500,
  alarms: 100,
};

const types = ["alarm", "explorer", "log", "metric", "text"];
const views = ["timeSeries", "singleValue", "gauge", "bar", "pie", "table"];

type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isWhole = (value: unknown, from: number, to: number): boolean =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to;

/** The faults of a dashboard's body, each the end of a sentence that begins with the dashboard's name. */
export function dashboardFaults(body: string): string[] {
  const dashboard = parsed(body);
  if (!isRecord(dashboard) || !Array.isArray(dashboard.widgets))
    return ["has a body that is not a JSON object with a list of widgets"];
  const { widgets } = dashboard;
  const metrics = widgets.reduce<number>((sum, widget) => sum + metricsOf(widget).length, 0);
  return [
    ...(widgets.length > limits.widgets
      ? [`has ${widgets.length} widgets, more than ${limits.widgets}`]
      : []),
    ...(metrics > limits.metrics ? [`has ${metrics} metrics, more than ${limits.metrics}`] : []),
    ...widgets.flatMap((widget, index) =>
      widgetFaults(widget).map((fault) => `has widget ${index + 1}, which ${fault}`),
    ),
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const propertiesOf = (widget: unknown): Json =>
  isRecord(widget) && isRecord(widget.properties) ? widget.properties : {};
const metricsOf = (widget: unknown): readonly unknown[] => listOf(propertiesOf(widget).metrics);

function widgetFaults(widget: unknown): string[] {
  if (!isRecord(widget) || !types.includes(String(widget.type)))
    return [`has none of the types ${types.join(", ")}`];
  return [...placeFaults(widget), ...(faultsByType[String(widget.type)]?.(widget) ?? [])];
}

/** The grid has 24 columns and any number of rows; a widget without a place gets the next free one. */
function placeFaults({ x, y, width = 6, height = 6 }: Json): string[] {
  const isPlaced = x !== undefined || y !== undefined;
  return [
    ...(isWhole(width, 1, limits.columns) ? [] : [`has no width of 1 to ${limits.columns}`]),
    ...(isWhole(height, 1, limits.height) ? [] : [`has no height of 1 to ${limits.height}`]),
    ...(isPlaced && !(isWhole(x, 0, limits.columns - 1) && isWhole(y, 0, Infinity))
      ? [`has no x of 0 to ${limits.columns - 1} with a y of 0 or more`]
      : []),
    ...(isPlaced && Number(width) <= limits.columns && Number(x) + Number(width) > limits.columns
      ? [`ends beyond column ${limits.columns}`]
      : []),
  ];
}

const faultsByType: Readonly<Record<string, (widget: Json) => string[]>> = {
  text: (widget) => (typeof propertiesOf(widget).markdown === "string" ? [] : ["has no markdown"]),
  alarm(widget) {
    const { alarms } = propertiesOf(widget);
    const arns = listOf(alarms);
    const isArn = (arn: unknown) => /^arn:[^:]+:cloudwatch:[^:]+:\d{12}:alarm:.+/.test(String(arn));
    return [
      ...(isWhole(arns.length, 1, limits.alarms) ? [] : [`has no 1 to ${limits.alarms} alarms`]),
      ...arns.filter((arn) => !isArn(arn)).map((arn) => `has the alarm ${String(arn)}, no ARN`),
    ];
  },
  metric(widget) {
    const { region, view = "timeSeries" } = propertiesOf(widget);
    const metrics = metricsOf(widget);
    return [
      ...(isRegion(region) ? [] : ["has no region"]),
      ...(views.includes(String(view)) ? [] : [`has none of the views ${views.join(", ")}`]),
      ...(isWhole(metrics.length, 1, limits.inWidget)
        ? []
        : [`has no 1 to ${limits.inWidget} metrics`]),
      ...metrics.flatMap(metricFaults),
    ];
  },
};

const isRegion = (region: unknown): boolean => /^[a-z]{2}(-[a-z]+)+-\d$/.test(String(region));

/** A metric is a namespace, a name, a value after each name of a dimension, and possibly an object. */
function metricFaults(metric: unknown): string[] {
  const last = listOf(metric).at(-1);
  const options = isRecord(last) ? last : {};
  const texts = listOf(metric).slice(0, isRecord(last) ? -1 : undefined);
  const shown = JSON.stringify(metric);
  return [
    ...(options.expression !== undefined ||
    (texts.length >= 2 && texts.length % 2 === 0 && texts.every((one) => typeof one === "string"))
      ? []
      : [`has the metric ${shown}, which is no namespace, name and pairs of dimensions`]),
    ...(options.region === undefined || isRegion(options.region)
      ? []
      : [`has the metric ${shown} in no region`]),
  ];
}
